import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseArguments } from '../../../plugin/cli/parse.ts'
import { reportSchema } from '../../../plugin/engine/report.ts'
import { memoryIo } from '../../support/memory-io.ts'

let folder = ''

const podOf = (name: string, app: string, ip: string, node: string) => ({
  metadata: { namespace: 'shop', name, labels: { app }, creationTimestamp: '2026-01-01T11:00:00Z' },
  spec: { nodeName: node, containers: [{ name: 'app', image: 'app', ports: [{ containerPort: 5432 }] }] },
  status: {
    phase: 'Running',
    podIP: ip,
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'app', ready: true, state: { running: { startedAt: '2026-01-01T11:00:00Z' } } }],
  },
})
const service = (name: string, app: string) => ({
  metadata: { namespace: 'shop', name },
  spec: { type: 'ClusterIP', clusterIP: '10.96.0.9', selector: { app }, ports: [{ port: 5432, protocol: 'TCP' }] },
})
const calico = {
  metadata: { namespace: 'kube-system', name: 'calico-node-x' },
  spec: { nodeName: 'node1', hostNetwork: true, containers: [{ name: 'calico-node', image: 'calico/node:v3.30' }] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
}
const policy = {
  metadata: { namespace: 'shop', name: 'deny' },
  spec: { podSelector: { matchLabels: { app: 'vault' } }, policyTypes: ['Ingress'] },
}

const core = 'cluster/resources/core/v1'
const files = {
  'bundle.json': { format: 'netcheck-bundle/1', createdAt: '2026-01-01T12:00:00Z' },
  [`${core}/pods.json`]: {
    items: [
      podOf('web-1', 'web', '10.0.1.1', 'node1'),
      podOf('db-1', 'db', '10.0.2.1', 'node2'),
      podOf('vault-1', 'vault', '10.0.2.2', 'node2'),
      calico,
    ],
  },
  [`${core}/nodes.json`]: { items: [{ metadata: { name: 'node1' } }, { metadata: { name: 'node2' } }] },
  [`${core}/namespaces.json`]: { items: [{ metadata: { name: 'shop' } }] },
  [`${core}/services.json`]: { items: [service('db', 'db'), service('orders', 'orders')] },
  'cluster/resources/discovery.k8s.io/v1/endpointslices.json': {
    items: [
      {
        metadata: { namespace: 'shop', name: 'db-x', labels: { 'kubernetes.io/service-name': 'db' } },
        addressType: 'IPv4',
        ports: [{ name: '', port: 5432, protocol: 'TCP' }],
        endpoints: [{ addresses: ['10.0.2.1'], nodeName: 'node2', targetRef: { kind: 'Pod', name: 'db-1' } }],
      },
    ],
  },
  ...Object.fromEntries(
    ['deployments', 'daemonsets', 'statefulsets'].map(name => [
      `cluster/resources/apps/v1/${name}.json`,
      { items: [] },
    ]),
  ),
  'cluster/resources/networking.k8s.io/v1/networkpolicies.json': { items: [policy] },
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'path-'))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), JSON.stringify(content))
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function path(...args: string[]) {
  const { io, out } = memoryIo()
  const request = await parseArguments(['path', ...args, '--from', folder], null)
  if (request.kind !== 'run') throw new Error(request.text)
  return { code: await request.command.run(request.options, io), out: out() }
}

test('nothing blocks, but nodes were not read: exit code 3, and it says so', async () => {
  const { code, out } = await path('shop/web-1', 'svc/shop/db')
  expect(code).toBe(3)
  expect(out).toMatch(/not everything was looked at/)
  expect(out).toMatch(/unread +node1/)
})

test('a policy that denies is named first: exit code 1', async () => {
  const { code, out } = await path('web-1', 'pod/vault-1:5432', '-n', 'shop')
  expect(code).toBe(1)
  expect(out.split('\n')[0]).toMatch(/^blocked at pod\/shop\/vault-1: NetworkPolicy shop\/deny/)
  expect(out).toContain('kubectl netcheck explain POL004')
})

test('a service without pods blocks, and its finding stands below', async () => {
  const { code, out } = await path('shop/web-1', 'shop/orders')
  expect(code).toBe(1)
  expect(out).toMatch(/matches no pod of shop/)
  expect(out).toMatch(/W SVC001 shop\/orders/)
})

test('as data it is a report with the path', async () => {
  const data: unknown = JSON.parse((await path('shop/web-1', 'shop/orders', '-o', 'json')).out)
  expect(data).toMatchObject({ path: { state: 'blocked', from: 'pod/shop/web-1' }, rootCauses: [{ code: 'SVC001' }] })
  expect(reportSchema.safeParse(data).success).toBe(true)
})

test.each([
  ['shop/nosuch', 'svc/shop/db'],
  ['shop/web-1', 'svc/shop/nosuch'],
  ['svc/shop/db', 'shop/web-1'],
  ['shop/web-1', 'node/node1'],
  ['a/b/c', 'svc/shop/db'],
])('%s to %s is a mistake of use', (from, to) => expect(path(from, to)).rejects.toMatchObject({ code: 'USAGE' }))
