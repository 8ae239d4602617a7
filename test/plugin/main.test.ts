import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'

const main = new URL('../../plugin/main.ts', import.meta.url).pathname

test('a reader that closes stderr does not make the program crash', { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', main, 'nodes', '--kubeconfig', '/nope'])
  child.stderr.destroy()
  expect(await once(child, 'close')).toEqual([2, null])
})
