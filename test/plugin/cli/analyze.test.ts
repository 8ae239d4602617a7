import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parseArguments } from '../../../plugin/cli/parse.ts'
import { reportSchema } from '../../../plugin/engine/report.ts'
import { memoryIo } from '../../support/memory-io.ts'

const byHand = fileURLToPath(new URL('../../bundles/by-hand', import.meta.url))

async function run(...args: string[]) {
  const { io, out } = memoryIo()
  const request = await parseArguments(args, null)
  if (request.kind !== 'run') throw new Error(request.text)
  return { code: await request.command.run(request.options, io), out: out() }
}

test('a recording is judged without a cluster', async () => {
  const { code, out } = await run('analyze', byHand)
  expect(code).toBe(1)
  expect(out).toMatch(/^1 root cause, 1 warning · 1 of 1 node read/)
  expect(out.split('\n').length).toBeLessThanOrEqual(21)
})

test('the JSON has the published shape', async () => {
  expect(reportSchema.safeParse(JSON.parse((await run('analyze', byHand, '-o', 'json')).out)).success).toBe(true)
})

test('severity and choice of checks reduce the report', async () => {
  expect((await run('analyze', byHand, '--severity', 'error', '-o', 'json')).out).not.toContain('CNI003/node')
  expect((await run('analyze', byHand, '--only', 'cni', '-o', 'json')).out).not.toContain('SYS001/node')
  expect((await run('analyze', byHand, '--skip', 'SYS001,CTK', '-o', 'json')).out).not.toContain('SYS001/node')
})

test('an unknown code, an unknown area and a path without a bundle are errors that name them', async () => {
  await expect(run('analyze', byHand, '--only', 'XYZ')).rejects.toThrow(/--only.*XYZ/)
  await expect(run('analyze', byHand, '--skip', 'CNI999')).rejects.toThrow(/--skip.*CNI999/)
  await expect(run('analyze', '/nonexistent')).rejects.toMatchObject({ code: 'BUNDLE' })
})

test('a finding of a recording can be verified', async () => {
  expect(await run('verify', 'SYS001/node/node1', '--from', byHand)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^still there/),
  })
  expect(await run('verify', 'CNI003/node/node1/nosuch', '--from', byHand)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^gone/),
  })
  expect(await run('verify', 'CTK001/node/node1', '--from', byHand)).toMatchObject({
    code: 3,
    out: expect.stringMatching(/^cannot say/),
  })
  await expect(run('verify', 'SYS001/node/node2', '--from', byHand)).rejects.toMatchObject({ code: 'UNKNOWN_NODE' })
  await expect(run('verify', 'nonsense', '--from', byHand)).rejects.toMatchObject({ code: 'USAGE' })
})
