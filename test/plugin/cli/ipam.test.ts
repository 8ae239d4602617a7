import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { parseArguments } from '../../../plugin/cli/parse.ts'
import { ipamNodeSchema } from '../../../plugin/model/ipam-overview.ts'
import { memoryIo } from '../../support/memory-io.ts'

const gone = 'a'.repeat(64)
const here = 'b'.repeat(64)
const store = 'nodes/n1/files/var/lib/cni/networks/net'
const network = {
  name: 'net',
  cniVersion: '1.0.0',
  plugins: [{ type: 'bridge', ipam: { type: 'host-local', subnet: '10.0.0.0/29' } }],
}
const result = {
  kind: 'cniCacheV1',
  containerId: gone,
  networkName: 'net',
  ifName: 'eth0',
  netns: '/run/netns/x',
  result: {},
  cniArgs: [
    ['K8S_POD_NAMESPACE', 'shop'],
    ['K8S_POD_NAME', 'web-0'],
  ],
}
const files: Readonly<Record<string, unknown>> = {
  'bundle.json': { format: 'netcheck-bundle/1', createdAt: '2026-11-21T12:00:00Z' },
  'cluster/resources/core/v1/pods.json': { items: [] },
  'cluster/resources/core/v1/nodes.json': { items: [{ metadata: { name: 'n1' } }] },
  'nodes/n1/node.json': { collectedAt: '2026-11-21T12:00:00Z' },
  'nodes/n1/cri/pod-sandboxes.json': {
    items: [{ id: here, metadata: { name: 'p', uid: 'u', namespace: 'd' }, state: 0 }],
  },
  'nodes/n1/files/etc/cni/net.d/10-net.conflist': network,
  [`nodes/n1/files/var/lib/cni/results/net-${gone}-eth0`]: result,
  'nodes/n1/files.json': Object.fromEntries(
    ['10.0.0.2', '10.0.0.3', '10.0.0.4'].map(address => [
      `/var/lib/cni/networks/net/${address}`,
      {
        type: 'file',
        size: 70,
        mode: '0600',
        mtime: address === '10.0.0.4' ? '2026-11-21T11:50:00Z' : '2026-11-21T02:00:00Z',
      },
    ]),
  ),
  [`${store}/10.0.0.2`]: `${here}\r\neth0`,
  [`${store}/10.0.0.3`]: `${gone}\r\neth0`,
  [`${store}/10.0.0.4`]: `${'c'.repeat(64)}\r\neth0`,
}

let bundle = ''
beforeAll(async () => {
  bundle = await mkdtemp(join(tmpdir(), 'ipam-'))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(bundle, path)), { recursive: true })
    await writeFile(join(bundle, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
})
afterAll(() => rm(bundle, { recursive: true, force: true }))

async function run(...args: string[]) {
  const { io, out } = memoryIo()
  const request = await parseArguments(['ipam', '--from', bundle, ...args], null)
  if (request.kind !== 'run') throw new Error(request.text)
  return { code: await request.command.run(request.options, io), out: out() }
}

test('every range is a line, and leaked addresses are listed with what they were', async () => {
  const { code, out } = await run()
  expect(code).toBe(1)
  expect(out).toMatch(/n1 +net +10\.0\.0\.1-10\.0\.0\.6 +5 +3 +1 +1 +1 +2\n/)
  expect(out).toMatch(/10\.0\.0\.3 +10 h +aaaaaaaaaaaa +shop\/web-0 \(CNI result cache\)/)
  expect(out).not.toMatch(/10\.0\.0\.4/)
  expect((await run('-o', 'wide')).out).toMatch(/10\.0\.0\.4 +10 min +c{64} .*younger/)
})

test('names alone are for scripts, and hold nothing that is in doubt', async () => {
  expect((await run('-o', 'name')).out).toBe('n1/net/10.0.0.3\n')
})

test('JSON is that of the published schema', async () => {
  const { nodes } = JSON.parse((await run('-o', 'json')).out)
  const [node] = z.parse(z.array(ipamNodeSchema), nodes)
  expect(node?.networks[0]?.ranges[0]).toMatchObject({ capacity: '5', free: '2', leaked: 1, exhausted: false })
  expect(node?.networks[0]?.leaked[0]).toMatchObject({ containerId: gone, ageSeconds: 36_000 })
})

test('a leak is a warning, which the exit code tells unless errors alone are asked for', async () => {
  expect((await run('--fail-on', 'error')).code).toBe(3)
})

test('nodes and networks that are not there are slips of the pen', async () => {
  expect((await run('--node', 'n1', '--network', 'net')).code).toBe(1)
  await expect(run('--node', 'n2')).rejects.toMatchObject({ code: 'UNKNOWN_NODE' })
  await expect(run('--network', 'other')).rejects.toMatchObject({ code: 'USAGE' })
})
