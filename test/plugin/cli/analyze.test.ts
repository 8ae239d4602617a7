import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
// All checks are loaded here: it takes long, and no test has to wait for it.
import '../../../plugin/gen/checks.ts'
import { parseArguments } from '../../../plugin/cli/parse.ts'
import { reportSchema } from '../../../plugin/engine/report.ts'
import { memoryIo } from '../../support/memory-io.ts'

const byHand = fileURLToPath(new URL('../../bundles/by-hand', import.meta.url))

async function run(...args: string[]) {
  const { io, out, notes } = memoryIo({ env: { KUBECONFIG: '/nonexistent' } })
  const request = await parseArguments(args, null)
  if (request.kind !== 'run') throw new Error(request.text)
  return { code: await request.command.run(request.options, io), out: out(), notes }
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

test('several recordings are one, of each node the newest, and a view of it', async () => {
  const { out, notes } = await run('analyze', byHand, byHand, 'dns', '-o', 'json')
  expect(JSON.parse(out)).toHaveProperty('dns')
  expect(notes).toContainEqual(expect.stringMatching(/^note: \S+ is in 2 recordings: the newest/))
  const [once, twice] = await Promise.all([
    run('nodes', '--from', byHand, '-o', 'json'),
    run('nodes', '--from', byHand, '--from', byHand, '-o', 'json'),
  ])
  expect(JSON.parse(twice.out)).toEqual(JSON.parse(once.out))
})

test('one word too many behind a view is told', async () => {
  await expect(run('analyze', byHand, 'pods', 'a/b', 'c')).rejects.toMatchObject({ code: 'USAGE' })
})

test('standard input is a recording too, and what it is stands before the result', async () => {
  const path = new URL('../../bundles/foreign/cluster-info-text-fault.txt', import.meta.url)
  const { io, out, notes } = memoryIo({ input: () => createReadStream(path) })
  const request = await parseArguments(['analyze', '-'], null)
  if (request.kind === 'run') await request.command.run(request.options, io)
  expect(notes[0]).toMatch(/^note: read as a kubectl cluster-info dump/)
  expect(out()).toContain('E DNS003')
})

test('what changes a cluster, or asks its network, takes no recording', async () => {
  const release = ['ipam', 'release', '--node', 'n', '--all-leaked', '--yes', '--from', byHand]
  await expect(run(...release)).rejects.toMatchObject({ code: 'USAGE' })
  await expect(run('ipam', 'undo', '--node', 'n', '--from', byHand)).rejects.toMatchObject({ code: 'USAGE' })
  await expect(run('check', '--probe', '--from', byHand)).rejects.toMatchObject({ code: 'USAGE' })
})
