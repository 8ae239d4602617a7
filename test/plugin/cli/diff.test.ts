import { cp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parseArguments } from '../../../plugin/cli/parse.ts'
import { differenceSchema } from '../../../plugin/model/diff/difference.ts'
import { memoryIo } from '../../support/memory-io.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const byHand = fileURLToPath(new URL('../../bundles/by-hand', import.meta.url))

async function run(...args: string[]) {
  const { io, out } = memoryIo()
  const request = await parseArguments(['diff', ...args], null)
  if (request.kind !== 'run') throw new Error(request.text)
  return { code: await request.command.run(request.options, io), out: out() }
}

/** The recording with one file of its node changed, or without it. */
async function changed(path: string, text: string | null): Promise<string> {
  const folder = join(await temporaryFolder(), 'bundle')
  await cp(byHand, folder, { recursive: true })
  const file = join(folder, 'nodes/node1/files', path)
  await (text === null ? rm(file) : writeFile(file, text))
  return folder
}

test('nothing differs, and the exit code is 0 although both have errors', async () => {
  expect(await run(byHand, byHand)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^no difference · 2 as before\n/),
  })
})

test('a new finding is exit code 1, unless told otherwise; one that nobody can look for again is not gone', async () => {
  const other = await changed('proc/sys/net/ipv4/ip_forward', '1\n')
  const came = expect.stringMatching(/^1 new root cause[\s\S]*ip_forward +1 → 0/)
  expect(await run(other, byHand)).toMatchObject({ code: 1, out: came })
  expect((await run(other, byHand, '--fail-on', 'never')).code).toBe(3)
  const unsure = expect.stringMatching(/unknown {2}E SYS001[\s\S]*ip_forward +0 → 1/)
  expect(await run(byHand, other)).toMatchObject({ code: 3, out: unsure })
})

test('what one side does not know is exit code 3, with the reason', async () => {
  const without = await changed('proc/sys/net/ipv4/ip_forward', null)
  expect(await run(byHand, without)).toMatchObject({
    code: 3,
    out: expect.stringMatching(/not comparable, because not known in B/),
  })
})

test('the JSON has the published shape', async () => {
  expect(differenceSchema.safeParse(JSON.parse((await run(byHand, byHand, '-o', 'json')).out)).success).toBe(true)
})

test('a path without a bundle is an error that names it', async () => {
  await expect(run(byHand, '/nonexistent')).rejects.toMatchObject({ code: 'BUNDLE' })
})
