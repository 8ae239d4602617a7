import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseArguments } from '../../../plugin/cli/parse.ts'
import { reportSchema } from '../../../plugin/engine/report.ts'
import { memoryIo } from '../../support/memory-io.ts'

const byHand = fileURLToPath(new URL('../../bundles/by-hand', import.meta.url))

async function run(...args: string[]) {
  const { io, out } = memoryIo()
  const request = await parseArguments(['nodes', ...args], null)
  if (request.kind !== 'run') throw new Error(request.text)
  return { code: await request.command.run(request.options, io), out: out() }
}

describe('a recording written by hand from five files', () => {
  let packed = ''
  beforeAll(async () => {
    packed = join(await mkdtemp(join(tmpdir(), 'by-hand-')), 'bundle.tar.gz')
    await execa('tar', ['-czf', packed, '-C', join(byHand, '..'), 'by-hand'])
  })
  afterAll(() => rm(join(packed, '..'), { recursive: true, force: true }))

  test('is judged and shown, and what it does not hold is said', async () => {
    const { code, out } = await run('--from', byHand)
    expect(code).toBe(1)
    expect(out).toMatch(/^1 root cause, 1 warning · 1 of 1 node read/)
    expect(out).toMatch(/E SYS001 node1/)
    expect(out).toMatch(/W CNI003 node1 .*portmap/)
    expect(out).toMatch(/node1 +error +SYS001 CNI003 +podnet +\? +off +\?/)
    expect((await run('--from', byHand, '-o', 'wide')).out).toMatch(/CTK001 .*not run on node1/)
  })

  test('says the same when it is packed', async () => {
    expect(await run('--from', packed)).toEqual(await run('--from', byHand))
  })

  test('gives JSON of the published schema, and the same as YAML', async () => {
    const { out } = await run('--from', byHand, '-o', 'json')
    const json: unknown = JSON.parse(out)
    expect(reportSchema.safeParse(json).success).toBe(true)
    expect(json).toMatchObject({ schema: 1, nodes: [{ name: 'node1', forwarding: 'off', bridgeFilter: 'unknown' }] })
    const { parse } = await import('yaml')
    expect(parse((await run('--from', byHand, '-o', 'yaml')).out)).toEqual(json)
  })

  test('can be reduced to nodes by name, and an unknown one is an error that says what there is', async () => {
    expect((await run('--from', byHand, 'node1')).code).toBe(1)
    await expect(run('--from', byHand, 'node9')).rejects.toMatchObject({
      code: 'UNKNOWN_NODE',
      hint: 'nodes are: node1',
    })
    await expect(run('--from', byHand, 'node1', '-l', 'a=b')).rejects.toMatchObject({ code: 'USAGE' })
  })

  test('has the exit code that --fail-on asks for', async () => {
    expect((await run('--from', byHand, '--fail-on', 'never')).code).toBe(3)
  })
})
