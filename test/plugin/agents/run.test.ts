import { afterEach, expect, test } from 'vitest'
import { type ReadNodesOptions, readNodes } from '../../../plugin/agents/run.ts'
import { nodes as nodesPart } from '../../../plugin/cluster/nodes.ts'
import { ok, valueOr } from '../../../shared/reading.ts'
import type { NodeSnapshot } from '../../../shared/snapshot.ts'
import { type FakeCluster, type FakeOptions, fakeCluster, runningPod } from '../../support/fake-cluster.ts'
import { type ScriptedAgent, startAgent, wellAgent } from '../../support/scripted-agent.ts'

const agents: ScriptedAgent[] = []
afterEach(() => {
  for (const agent of agents.splice(0)) agent.close()
})

const apiNode = (name: string, os = 'linux') => ({
  metadata: { name, labels: { 'kubernetes.io/os': os } },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
})

async function apiNodes(...objects: readonly unknown[]) {
  const nodes = await nodesPart.collect({ ...fakeCluster(), list: async () => ok(objects) })
  return valueOr(nodes, [])
}

/** A cluster whose nodes run well agents; their pods appear as soon as the DaemonSet is created. */
async function clusterOf(names: readonly string[], options: FakeOptions = {}): Promise<FakeCluster> {
  const started = await Promise.all(
    names.map(async name => [`agent-${name}`, await startAgent(name, wellAgent)] as const),
  )
  const byPod = new Map<string, ScriptedAgent>(started)
  agents.push(...byPod.values())
  const cluster: FakeCluster = fakeCluster({
    follow: async function* (pod) {
      yield JSON.stringify({ netcheck: 'ready', protocol: 1, port: byPod.get(pod)?.port })
    },
    forward: async pod => {
      const agent = byPod.get(pod)
      if (!agent) throw new Error('no agent')
      return agent.dial()
    },
    ...options,
    refuse: step => {
      if (step === 'create daemonsets')
        for (const name of names) cluster.tell({ type: 'ADDED', object: runningPod(name) })
      return options.refuse?.(step)
    },
  })
  return cluster
}

async function run(cluster: FakeCluster, changes: Partial<ReadNodesOptions> = {}) {
  const notices: string[] = []
  const connection = {
    kube: cluster,
    writer: cluster,
    describe: () => ({ context: '', server: '', namespace: '' }),
    close: () => undefined,
  }
  const snapshots = await readNodes({
    connection,
    nodes: await apiNodes(apiNode('node1')),
    isEveryNode: true,
    namespace: 'kube-system',
    image: 'node:24-alpine',
    pullSecrets: [],
    privileges: 'full',
    agentGzip: new Uint8Array(),
    bootstrap: '',
    keep: false,
    nodeTimeoutMs: 5_000,
    timeoutMs: 5_000,
    signal: new AbortController().signal,
    now: () => 0,
    randomBytes: (count: number) => new Uint8Array(count),
    onProgress: () => undefined,
    onNode: () => undefined,
    onNotice: message => notices.push(message),
    ...changes,
  })
  return { snapshots, notices }
}

const removals = ({ steps }: FakeCluster) => steps.filter(step => step.startsWith('remove'))

test('nodes come back by name, those without an agent with the reason, and nothing stays', async () => {
  const cluster = await clusterOf(['node1', 'node2'])
  const told: string[] = []
  const nodes = await apiNodes(apiNode('node2'), apiNode('a-windows', 'windows'), apiNode('node1'))
  let gathered: readonly NodeSnapshot[] = []
  const { snapshots } = await run(cluster, {
    nodes,
    onNode: ({ name }) => told.push(name),
    onGathered: result => {
      expect(removals(cluster)).toEqual([])
      gathered = result
    },
  })
  expect(snapshots.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'a-windows not-read',
    'node1 read',
    'node2 read',
  ])
  expect(gathered).toEqual(snapshots)
  expect(told.sort()).toEqual(['a-windows', 'node1', 'node2'])
  expect(removals(cluster)).toHaveLength(4)
})

test('what a failed deployment left is removed', async () => {
  const cluster = await clusterOf([], { refuse: step => (step === 'create secrets' ? 'quota' : undefined) })
  await expect(run(cluster)).rejects.toThrow('quota')
  expect(removals(cluster)).toHaveLength(4)
})

test('a refusal before anything was created needs no removal', async () => {
  const cluster = await clusterOf([], { allow: () => false })
  await expect(run(cluster)).rejects.toMatchObject({ code: 'API_DENIED' })
  expect(cluster.steps.filter(step => !step.endsWith('--dry-run'))).toEqual([])
})

test('an interruption removes everything', async () => {
  const stop = new AbortController()
  const cluster = await clusterOf([], {
    refuse: step => {
      if (step === 'create daemonsets') stop.abort()
      return undefined
    },
  })
  await expect(run(cluster, { signal: stop.signal })).rejects.toMatchObject({ code: 'INTERRUPTED' })
  expect(removals(cluster)).toHaveLength(4)
})

test('an interruption before the deployment creates nothing', async () => {
  const cluster = await clusterOf([])
  await expect(run(cluster, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'INTERRUPTED' })
  expect(cluster.steps.filter(step => !step.endsWith('--dry-run'))).toEqual([])
})

test('agents that are to be kept are kept', async () => {
  const cluster = await clusterOf(['node1'])
  await run(cluster, { keep: true })
  expect(removals(cluster)).toEqual([])
})

test('a removal that fails is told and takes no result away', async () => {
  const cluster = await clusterOf(['node1'], {
    refuse: step => (step.startsWith('remove jobs') ? 'not allowed' : undefined),
  })
  const { snapshots, notices } = await run(cluster)
  expect(snapshots).toMatchObject([{ status: 'read' }])
  expect(notices).toEqual([expect.stringContaining('was not removed: not allowed')])
})

test('leftovers that cannot be looked for are told and stop nothing', async () => {
  const select = ({ plural }: { plural: string }) => {
    if (plural === 'daemonsets') throw new Error('no list')
    return []
  }
  const cluster = await clusterOf(['node1'], { select })
  const { notices } = await run(cluster)
  expect(notices).toEqual(['leftovers of earlier runs were not looked for: no list'])
})

test('a cluster of Windows nodes alone is an error', async () => {
  const cluster = await clusterOf([])
  const nodes = await apiNodes(apiNode('win', 'windows'))
  await expect(run(cluster, { nodes })).rejects.toMatchObject({ code: 'NO_NODES' })
})
