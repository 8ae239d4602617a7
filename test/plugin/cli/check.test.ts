import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
// All checks are loaded here: it takes long, and no test has to wait for it.
import '../../../plugin/gen/checks.ts'
import { parseArguments } from '../../../plugin/cli/parse.ts'
import { reportSchema } from '../../../plugin/engine/report.ts'
import { memoryIo } from '../../support/memory-io.ts'

let folder = ''

const waiting = {
  metadata: { namespace: 'shop', name: 'web-1', creationTimestamp: '2026-01-01T11:00:00Z' },
  spec: { nodeName: 'node1', containers: [{ name: 'web', image: 'web' }] },
  status: {
    phase: 'Pending',
    containerStatuses: [
      { name: 'web', ready: false, state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } },
    ],
  },
}
const well = {
  metadata: { namespace: 'default', name: 'well', creationTimestamp: '2026-01-01T11:00:00Z' },
  spec: { nodeName: 'node1' },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
}

const files = {
  'bundle.json': { format: 'netcheck-bundle/1', createdAt: '2026-01-01T12:00:00Z' },
  'cluster/resources/core/v1/pods.json': { items: [waiting, well] },
  'cluster/resources/core/v1/events.json': { items: [] },
  'cluster/resources/core/v1/namespaces.json': { items: [{ metadata: { name: 'kube-public' } }] },
  'cluster/resources/core/v1/services.json': {
    items: [
      {
        metadata: { namespace: 'shop', name: 'web' },
        spec: {
          type: 'ClusterIP',
          clusterIP: '10.96.0.9',
          selector: { app: 'web' },
          ports: [{ port: 80, protocol: 'TCP' }],
        },
      },
    ],
  },
  'cluster/resources/discovery.k8s.io/v1/endpointslices.json': {
    items: [
      {
        metadata: { namespace: 'shop', name: 'web-x', labels: { 'kubernetes.io/service-name': 'web' } },
        endpoints: [
          { addresses: ['10.0.0.1'], conditions: { ready: true }, targetRef: { kind: 'Pod', name: 'a' } },
          { addresses: ['10.0.0.2'], conditions: { ready: false }, targetRef: { kind: 'Pod', name: 'b' } },
        ],
      },
    ],
  },
  'nodes/node1/files.json': { '/etc/cni/net.d': { type: 'dir', entries: [] } },
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), JSON.stringify(content))
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function check(...args: string[]) {
  const { io, out } = memoryIo()
  const request = await parseArguments([...args, '--from', folder], null)
  if (request.kind !== 'run') throw new Error(request.text)
  return { code: await request.command.run(request.options, io), out: out() }
}

test('the bare command and check are the same', async () => {
  expect(await check()).toEqual(await check('check'))
  expect((await check()).out).toMatch(/1 of 1 node read/)
})

test('the view of pods says why one is stuck, and leaves out those that are well', async () => {
  const { out } = await check('check', 'pods')
  expect(out).toMatch(/shop\/web-1 +node1 +ImagePullBackOff +60m +0 +web: no such image/)
  expect(out).not.toContain('default/well')
})

test('a pod that is asked for by name is shown even when it is well', async () => {
  expect((await check('check', 'pods', 'default/well')).out).toMatch(/default\/well +node1 +Running/)
  expect((await check('check', 'pods', 'well')).out).toMatch(/default\/well/)
})

test('other namespaces are left out', async () => {
  expect((await check('check', 'pods', '-n', 'default')).out).toMatch(/every pod is ready/)
  expect((await check('check', 'pods', '-n', 'shop,default')).out).toContain('shop/web-1')
})

test('a view brings its rows into the JSON, the whole run those of the nodes', async () => {
  const view: unknown = JSON.parse((await check('check', 'pods', '-o', 'json')).out)
  expect(view).toMatchObject({ schema: 1, pods: [{ name: 'web-1', node: 'node1' }] })
  const whole: unknown = JSON.parse((await check('-o', 'json')).out)
  expect(whole).toMatchObject({ nodes: [{ name: 'node1' }] })
  expect(reportSchema.safeParse(whole).success).toBe(true)
})

test('only what has names can be asked for by name', async () => {
  await expect(check('check', 'cni', 'default/x')).rejects.toMatchObject({ code: 'USAGE' })
  await expect(check('check', 'pods', 'a/b/c')).rejects.toMatchObject({ code: 'USAGE' })
})

test('the view of services counts endpoints', async () => {
  expect((await check('check', 'services', 'shop/web')).out).toMatch(
    /shop\/web +ClusterIP +10\.96\.0\.9 +80\/TCP +1\/2/,
  )
})

test('a name that no object has is a mistake of use, and says which there are', async () => {
  await expect(check('check', 'pods', 'shop/nosuch')).rejects.toMatchObject({
    message: 'there is no pod shop/nosuch',
    hint: 'pods of namespace shop are: web-1',
  })
  await expect(check('check', 'services', 'nosuch/web')).rejects.toMatchObject({
    message: 'there is no service nosuch/web',
    hint: 'services of namespace nosuch are: none',
  })
})

test('a namespace that is not there is a mistake of use, and never looks healthy', async () => {
  await expect(check('check', 'pods', '-n', 'shop,nosuch')).rejects.toMatchObject({
    message: 'there is no namespace nosuch',
    hint: 'namespaces are: default, kube-public, shop',
  })
})

test('a namespace is not refused where namespaces were not read', async () => {
  const file = join(folder, 'cluster/resources/core/v1/namespaces.json')
  const text = await readFile(file)
  await rm(file)
  try {
    expect((await check('check', 'pods', '-n', 'nosuch')).code).toBe(3)
  } finally {
    await writeFile(file, text)
  }
})
