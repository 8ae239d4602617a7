import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Fault, FaultAnswer } from '../cluster/api/faults.ts'
import type { KubeObject } from '../cluster/api/object.ts'
import { typeNamed } from '../cluster/api/resources.ts'
import { type Cluster, startCluster } from '../cluster/index.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { netcheck, report } from './support/cli.ts'
import { tracesAfter } from './support/traces.ts'

// What an API server can refuse; only the embedded one does it on request.

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster({ isPlain: true })
})
afterAll(() => cluster.stop())
afterEach(() => cluster.api.faults.clear())

const nodes = (...args: readonly string[]) => netcheck('nodes', '--kubeconfig', cluster.kubeconfig, ...args)

async function expectRefusal(words: RegExp, ...args: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await nodes(...args)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toMatch(words)
  cluster.api.faults.clear()
  expect(await tracesAfter(cluster.kubeconfig, 5_000)).toEqual([])
}

test.each([
  ['create daemonsets.apps', /create daemonsets\.apps/],
  ['create jobs.batch', /create jobs\.batch/],
  ['create pods/portforward', /create pods\/portforward/],
  ['list nodes', /cannot list resource "nodes"/],
])('a missing right to %s is named before anything is created', async (right, words) => {
  cluster.api.faults.deny(right)
  await expectRefusal(words)
})

test('a namespace with Pod Security refuses in its own words, with what to ask for', async () => {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  cluster.api.store.create(typeNamed('namespaces'), namespace('guarded', labels))
  await expectRefusal(/violates PodSecurity "restricted:latest".*[\s\S]*hint: ask the administrator/, '-n', 'guarded')
})

test('an admission webhook refuses in its own words', async () => {
  const message = '[require-labels] you must provide labels: {"owner"}'
  cluster.api.faults.refuse({ name: 'validation.gatekeeper.sh', message, resources: ['daemonsets'] })
  await expectRefusal(/admission webhook "validation\.gatekeeper\.sh" denied the request: \[require-labels\]/)
})

test('a wrong token is a denial', async () => {
  const file = join(await temporaryFolder(), 'config')
  await writeFile(file, cluster.api.kubeconfig({ token: 'expired' }))
  await expectRefusal(/Unauthorized[\s\S]*hint: .*log in again/, '--kubeconfig', file)
})

test.each<readonly [string, FaultAnswer, RegExp]>([
  ['500 for good', { status: 500 }, /etcdserver: leader changed/],
  ['503 for good', { status: 503 }, /currently unable/],
  ['a log-in page', { status: 200, body: '<html><title>Sign in</title></html>' }, /web page|no Kubernetes/],
  ['a cut connection', 'cut', /127\.0\.0\.1/],
])('%s is an error in one line', async (_name, answer, words) => {
  cluster.api.faults.add({ answer })
  await expectRefusal(words)
})

const passing: readonly (readonly [string, Fault])[] = [
  ['two answers of 429 with Retry-After', { times: 2, answer: { status: 429, retryAfterSeconds: 1 } }],
  ['an answer of 500 to a list', { times: 1, when: ({ verb }) => verb === 'list', answer: { status: 500 } }],
  ['a slow server', { answer: { delayMs: 100 } }],
]
test.each(passing)('%s passes unseen', async (_name, fault) => {
  cluster.api.faults.add(fault)
  const { exitCode, coverage } = await report(cluster.kubeconfig)
  expect({ exitCode, read: coverage.read }).toEqual({ exitCode: 0, read: 3 })
})

test('versions that expire in the middle of a run pass unseen', async () => {
  const stop = cluster.api.store.subscribe(({ resource, type }) => {
    if (resource.plural === 'daemonsets' && type === 'ADDED') cluster.api.compact()
  })
  const { exitCode } = await report(cluster.kubeconfig)
  stop()
  expect(exitCode).toBe(0)
})

test('a port-forward that is cut once is tried again', async () => {
  const isForward: Fault['when'] = ({ subresource }) => subresource === 'portforward'
  cluster.api.faults.add({ times: 1, when: isForward, answer: 'cut' })
  const { exitCode, coverage } = await report(cluster.kubeconfig)
  expect({ exitCode, read: coverage.read }).toEqual({ exitCode: 0, read: 3 })
})

test('an image that cannot be pulled leaves every node unread, with the reason', async () => {
  const image = 'registry.example/mirror/node:24'
  const { exitCode, coverage } = await report(cluster.kubeconfig, '--agent-image', image)
  expect(exitCode).toBe(3)
  expect(coverage.read).toBe(0)
  for (const { why } of coverage.notRead) expect(why).toMatch(/cannot be pulled.*no such host/)
  expect(await tracesAfter(cluster.kubeconfig, 5_000)).toEqual([])
})

test('an agent that crashes is quoted, and the other nodes are read', async () => {
  // The agent finds no host where the node should be.
  const { machine } = cluster.node('node2')
  const start = machine.start
  Object.assign(machine, { start: (container: Parameters<typeof start>[0]) => start({ ...container, env: {} }) })
  const { coverage, exitCode } = await report(cluster.kubeconfig)
  Object.assign(machine, { start })
  expect(coverage).toMatchObject({ read: 2, notRead: [{ node: 'node2', why: expect.stringMatching(/crash|ended/) }] })
  expect(exitCode).toBe(3)
})

test('a Windows node is said not to be looked at', async () => {
  const windows = addNode('windows1', 'windows')
  const { coverage, exitCode } = await report(cluster.kubeconfig)
  cluster.api.store.remove(typeNamed('nodes'), { name: windows.metadata.name })
  expect(coverage.notRead).toEqual([{ node: 'windows1', why: expect.stringMatching(/windows/) }])
  expect(exitCode).toBe(3)
})

test('a node that is deleted in the middle of a run is said to be gone', async () => {
  addNode('node9', 'linux')
  const remove = () => cluster.api.store.remove(typeNamed('nodes'), { name: 'node9' })
  // Its pod is known by the time when changes are asked for.
  cluster.api.faults.add({
    times: 1,
    when: ({ verb, resource }) => verb === 'watch' && resource === 'pods' && Boolean(setImmediate(remove)),
    answer: { delayMs: 0 },
  })
  const { coverage } = await report(cluster.kubeconfig)
  expect(coverage.notRead).toEqual([{ node: 'node9', why: expect.stringMatching(/deleted/) }])
})

test('a port-forward that never opens costs no more than the time-out of the run', async () => {
  cluster.api.faults.add({ when: ({ subresource }) => subresource === 'portforward', answer: 'hang' })
  const { exitCode, coverage } = await report(cluster.kubeconfig, '--timeout', '2s')
  expect({ exitCode, read: coverage.read }).toEqual({ exitCode: 3, read: 0 })
  for (const { why } of coverage.notRead) expect(why).toMatch(/within 2 s/)
  expect(await tracesAfter(cluster.kubeconfig, 5_000)).toEqual([])
})

const namespace = (name: string, labels: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
})

function addNode(name: string, os: string): KubeObject {
  const labels = { 'kubernetes.io/os': os, 'kubernetes.io/hostname': name }
  const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' }]
  return cluster.api.store.create(typeNamed('nodes'), {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: {},
    status: { conditions, addresses: [], nodeInfo: { operatingSystem: os } },
  })
}
