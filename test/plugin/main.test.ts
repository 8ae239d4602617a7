import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'

const main = new URL('../../plugin/main.ts', import.meta.url).pathname

test.each(['stdout', 'stderr'] as const)('a reader that closes %s does not make the program crash', async stream => {
  const child = spawn(process.execPath, ['--import', 'tsx', main, 'nodes', '--kubeconfig', '/nope'])
  child[stream].destroy()
  expect(await once(child, 'close')).toEqual([2, null])
})
