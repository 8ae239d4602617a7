import { expect, test } from 'vitest'
import { agentPod, runningPod } from '../../support/fake-cluster.ts'
import { added, hears, modified, notRead, read, scene, target } from '../../support/gather-scene.ts'
import { missingPart, wellAgent } from '../../support/scripted-agent.ts'

test('an agent that crashes is quoted', async () => {
  const { cluster } = await scene({}, { logs: () => 'hello\nError: boom\n    at start\n\nNode.js v20.20.2\n' })
  cluster.tell(added(agentPod({ node: 'node1', container: { terminated: { exitCode: 1, reason: 'Error' } } })))
  const why = 'the agent ended (Error) with exit code 1; it wrote: Error: boom'
  expect(await read(cluster, { graceMs: 100 })).toEqual([notRead('node1', why)])
})

test('an agent that was restarted after a crash is read', async () => {
  const { cluster } = await scene({ node1: wellAgent })
  const { onProgress, heard } = hears('with exit code 1')
  const done = read(cluster, { onProgress, graceMs: 5_000 })
  cluster.tell(added(agentPod({ node: 'node1', container: { terminated: { exitCode: 1 } } })))
  await heard
  cluster.tell(modified(runningPod('node1', { restarts: 1 })))
  expect(await done).toMatchObject([{ status: 'read' }])
})

test('a log that ends without a ready line is quoted', async () => {
  const { cluster } = await scene(
    {},
    {
      follow: async function* () {
        yield 'netcheck: the environment is wrong'
      },
    },
  )
  cluster.tell(added(runningPod('node1')))
  const why = 'the agent ended before it was ready; it wrote: netcheck: the environment is wrong'
  expect(await read(cluster)).toEqual([notRead('node1', why)])
})

test('a stream that is cut is tried again once', async () => {
  const { cluster, dialled } = await scene({
    node1: (session, attempt) => (attempt === 1 ? session.socket.terminate() : wellAgent(session, attempt)),
  })
  cluster.tell(added(runningPod('node1')))
  expect(await read(cluster)).toMatchObject([{ status: 'read' }])
  expect(dialled).toHaveLength(2)
})

test('a stream that is cut twice leaves the node unread, and the others read', async () => {
  const { cluster, dialled } = await scene({ node1: ({ socket }) => socket.terminate(), node2: wellAgent })
  cluster.tell(added(runningPod('node1')))
  cluster.tell(added(runningPod('node2')))
  const snapshots = await read(cluster, { targets: [target('node1'), target('node2')] })
  expect(snapshots).toContainEqual(notRead('node1', expect.stringMatching(/^the stream (ended|to the agent broke)/)))
  expect(snapshots).toContainEqual(expect.objectContaining({ name: 'node2', status: 'read' }))
  expect(dialled.filter(pod => pod === 'agent-node1')).toHaveLength(2)
})

test('parts that arrived before a cut are better than nothing', async () => {
  const { cluster } = await scene({
    node1: async session => {
      session.hello()
      await session.next()
      session.part('kernel', missingPart)
      session.socket.close()
    },
  })
  cluster.tell(added(runningPod('node1')))
  const [node] = await read(cluster, { parts: ['kernel', 'links'] })
  expect(node).toMatchObject({ status: 'read', parts: { kernel: missingPart, links: { reason: 'failed' } } })
})

test('a node whose agent was cut is read by the agent of its next pod', async () => {
  const { cluster } = await scene({
    node1: (session, attempt) => {
      if (attempt > 2) return void wellAgent(session, attempt)
      if (attempt === 2) {
        cluster.tell({ type: 'DELETED', object: runningPod('node1') })
        cluster.tell(added(runningPod('node1', { uid: 'another' })))
      }
      session.socket.terminate()
    },
  })
  cluster.tell(added(runningPod('node1')))
  expect(await read(cluster, { graceMs: 5_000 })).toMatchObject([{ status: 'read' }])
})

test('parts that arrived before the time was over are better than nothing', async () => {
  const { cluster } = await scene({
    node1: async session => {
      session.hello()
      await session.next()
      session.part('kernel', missingPart)
    },
  })
  cluster.tell(added(runningPod('node1')))
  const [node] = await read(cluster, { parts: ['kernel', 'links'], nodeTimeoutMs: 200 })
  expect(node).toMatchObject({ status: 'read', parts: { kernel: missingPart, links: { reason: 'failed' } } })
})

test('garbage is not asked for twice', async () => {
  const { cluster, dialled } = await scene({ node1: ({ socket }) => socket.send('garbage') })
  cluster.tell(added(runningPod('node1')))
  expect(await read(cluster)).toEqual([notRead('node1', expect.stringContaining('FRAME_KIND'))])
  expect(dialled).toHaveLength(1)
})

test('a node without an agent is given up after its time', async () => {
  const { cluster } = await scene({})
  expect(await read(cluster, { nodeTimeoutMs: 20 })).toEqual([notRead('node1', 'not read within 0.02 s: no agent yet')])
})

test('an agent that hangs is given up after the time of a node', async () => {
  const { cluster } = await scene({ node1: session => session.hello() })
  cluster.tell(added(runningPod('node1')))
  expect(await read(cluster, { nodeTimeoutMs: 100 })).toEqual([
    notRead('node1', 'the agent did not finish in time: kernel missing'),
  ])
})
