import { expect, test } from 'vitest'
import { isOk } from '../../../shared/reading.ts'
import type { NodeSnapshot } from '../../../shared/snapshot.ts'
import { agentPod, runningPod } from '../../support/fake-cluster.ts'
import { added, hears, modified, notRead, read, scene, target } from '../../support/gather-scene.ts'
import { type AgentScript, missingPart, wellAgent } from '../../support/scripted-agent.ts'

test('nodes are read as soon as their agents run, each told when it is complete', async () => {
  const { cluster } = await scene({ node1: wellAgent, node2: wellAgent })
  const order: string[] = []
  const { onProgress, heard } = hears('the kubelet has not begun')
  const done = read(cluster, {
    targets: [target('node1'), target('node2')],
    onProgress,
    onNode: ({ name }) => {
      order.push(name)
      if (name === 'node2') cluster.tell(modified(runningPod('node1')))
    },
  })
  cluster.tell(added(agentPod({ node: 'node1' })))
  await heard
  cluster.tell(added(runningPod('node2')))
  const snapshots = await done
  expect(order).toEqual(['node2', 'node1'])
  expect(snapshots).toMatchObject([{ status: 'read', parts: { kernel: missingPart } }, { status: 'read' }])
})

test('a defect on the way ends the gathering with its error', async () => {
  const { cluster } = await scene({ node1: wellAgent, node2: wellAgent })
  cluster.tell(added(runningPod('node1')))
  const onNode = () => {
    throw new Error('a defect')
  }
  await expect(read(cluster, { targets: [target('node1'), target('node2')], onNode })).rejects.toThrow('a defect')
})

test('pods of nodes that were not asked for are left alone', async () => {
  const { cluster, dialled } = await scene({ node1: wellAgent, node9: wellAgent })
  cluster.tell(added(runningPod('node9')))
  cluster.tell(added(runningPod('node1')))
  expect(await read(cluster)).toHaveLength(1)
  expect(dialled).toEqual(['agent-node1'])
})

test.each([
  [
    agentPod({ node: 'node1', container: { waiting: { reason: 'ErrImagePull', message: 'not found' } } }),
    /^the image cannot be pulled: ErrImagePull: not found; .*--agent-image/,
  ],
  [
    agentPod({ node: 'node1', container: { waiting: { reason: 'InvalidImageName' } } }),
    /^the image cannot be used.*--agent-image/,
  ],
  [
    agentPod({ node: 'node1', container: { waiting: { reason: 'CreateContainerConfigError', message: 'no secret' } } }),
    /^the agent cannot be started: CreateContainerConfigError: no secret/,
  ],
  [
    agentPod({ node: 'node1', status: { phase: 'Failed', reason: 'Evicted', message: 'low on memory' } }),
    /^its agent was stopped by the node: Evicted: low on memory/,
  ],
  [
    agentPod({
      node: 'node1',
      scheduled: false,
      status: {
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'Too many pods' }],
      },
    }),
    /^the agent is not scheduled: Unschedulable: Too many pods/,
  ],
])('an agent that does not come is left after the grace, with the reason (%#)', async (pod, why) => {
  const { cluster } = await scene({})
  cluster.tell(added(pod))
  expect(await read(cluster)).toEqual([notRead('node1', expect.stringMatching(why))])
})

test('a doubtful node that gets better while others are read is read too', async () => {
  const { cluster } = await scene({ node1: wellAgent, node2: wellAgent })
  const { onProgress, heard } = hears('cannot be pulled')
  const done = read(cluster, { targets: [target('node1'), target('node2')], onProgress })
  cluster.tell(added(agentPod({ node: 'node1', container: { waiting: { reason: 'ErrImagePull' } } })))
  await heard
  cluster.tell(modified(runningPod('node1')))
  cluster.tell(added(runningPod('node2')))
  expect(await done).toMatchObject([{ status: 'read' }, { status: 'read' }])
})

test('a silent node is not waited for once the others are read, though its pod was made', async () => {
  const { cluster } = await scene({ node1: wellAgent })
  cluster.tell(added(agentPod({ node: 'node2' })))
  cluster.tell(added(runningPod('node1')))
  const targets = [target('node1'), target('node2', 'NotReady since noon')]
  const snapshots = await read(cluster, { targets })
  expect(snapshots).toContainEqual(notRead('node2', 'NotReady since noon'))
})

test('what is not read when the whole time is over says so', async () => {
  const { cluster } = await scene({ node1: session => session.hello() })
  cluster.tell(added(runningPod('node1')))
  const [node] = await read(cluster, { timeoutMs: 100 })
  expect(node).toEqual(notRead('node1', 'not read within 0.1 s: reading'))
})

test('events of the DaemonSet say why no pod was made', async () => {
  const message = 'pods "netcheck-0123abcd-x" is forbidden: violates PodSecurity "baseline:latest"'
  const event = { type: 'Warning', reason: 'FailedCreate', message, lastTimestamp: '2026-01-01T00:00:00Z' }
  const { cluster } = await scene(
    {},
    {
      select: ({ plural }, { fieldSelector }) =>
        plural === 'events' && fieldSelector === 'involvedObject.name=netcheck-0123abcd'
          ? [event]
          : plural === 'nodes'
            ? [{}]
            : [],
    },
  )
  expect(await read(cluster, { eventsMs: 5 })).toEqual([
    notRead('node1', `no agent was created: FailedCreate: ${message}`),
  ])
})

test('events of a pod say what it waits for', async () => {
  const event = {
    type: 'Normal',
    reason: 'Pulling',
    message: 'Pulling image "node"',
    lastTimestamp: '2026-01-01T00:00:00Z',
  }
  const { cluster } = await scene({}, { select: ({ plural }) => (plural === 'events' ? [event] : [{}]) })
  cluster.tell(added(agentPod({ node: 'node1', container: { waiting: { reason: 'ContainerCreating' } } })))
  const [node] = await read(cluster, { eventsMs: 5, nodeTimeoutMs: 100 })
  expect(node).toEqual(notRead('node1', 'not read within 0.1 s: Pulling: Pulling image "node"'))
})

test('a node that is deleted during the run is told as such', async () => {
  const { cluster } = await scene({ node1: ({ socket }) => socket.terminate() }, { select: () => [] })
  cluster.tell(added(runningPod('node1')))
  expect(await read(cluster)).toEqual([notRead('node1', 'the node was deleted during the run')])
})

test('a pod that someone else removes is told as such', async () => {
  const { cluster } = await scene({}, { select: () => [{}] })
  cluster.tell(added(agentPod({ node: 'node1' })))
  cluster.tell({ type: 'DELETED', object: agentPod({ node: 'node1' }) })
  expect(await read(cluster)).toEqual([notRead('node1', 'its agent was removed by someone else')])
})

test('when the API falls silent, what is being read still ends well', async () => {
  const { cluster } = await scene({
    node1: async (session, attempt) => {
      session.hello()
      cluster.breakWatch('no connection')
      await wellTail(session, attempt)
    },
  })
  cluster.tell(added(runningPod('node1')))
  const snapshots = await read(cluster, { targets: [target('node1'), target('node2')] })
  expect(snapshots).toContainEqual(expect.objectContaining({ name: 'node1', status: 'read' }))
  expect(snapshots).toContainEqual(notRead('node2', 'the API server no longer tells: no connection: no agent yet'))
})

const wellTail: AgentScript = async session => {
  const { message } = await session.next()
  for (const part of message.parts as string[]) session.part(part, missingPart)
  session.end()
}

test('an interruption ends the run at once and blames no node', async () => {
  const stop = new AbortController()
  const told: NodeSnapshot[] = []
  const { cluster } = await scene({
    node1: session => {
      session.hello()
      stop.abort()
    },
  })
  cluster.tell(added(runningPod('node1')))
  const failure = read(cluster, { signal: stop.signal, onNode: node => told.push(node) })
  await expect(failure).rejects.toMatchObject({ code: 'INTERRUPTED' })
  expect(told).toEqual([])
})

test('many nodes are read side by side, and no more than sixteen at once', async () => {
  const names = Array.from({ length: 40 }, (_, i) => `n${i}`)
  let now = 0
  let most = 0
  const counting: AgentScript = async session => {
    now += 1
    most = Math.max(most, now)
    session.hello()
    await session.next()
    session.part('kernel', missingPart)
    now -= 1
    session.end()
  }
  const { cluster } = await scene(Object.fromEntries(names.map(name => [name, counting])))
  for (const name of names) cluster.tell(added(runningPod(name)))
  const snapshots = await read(cluster, { targets: names.map(name => target(name)) })
  expect(snapshots.filter(({ status }) => status === 'read')).toHaveLength(40)
  expect(most).toBeGreaterThan(4)
  expect(most).toBeLessThanOrEqual(16)
  expect(snapshots.every(node => node.status === 'read' && !isOk(node.parts.kernel))).toBe(true)
})
