import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAgentPod } from '../../../plugin/agents/pod-state.ts'
import { agentPod, runningPod } from '../../support/fake-cluster.ts'

const state = (object: unknown) => readAgentPod(object)?.state

test('a pod that is not scheduled is known by the node that it is meant for', () => {
  expect(readAgentPod(agentPod({ node: 'node1', scheduled: false }))).toMatchObject({
    node: 'node1',
    state: { kind: 'pending' },
  })
})

test('a pod that is meant for no node is none of ours', () => {
  expect(readAgentPod({ metadata: { name: 'x' }, spec: {} })).toBeNull()
})

test('a running container is ready to be read, and counts its runs', () => {
  expect(readAgentPod(runningPod('node1', { restarts: 2 }))).toMatchObject({
    name: 'agent-node1',
    restarts: 2,
    state: { kind: 'running' },
  })
})

test.each([
  [{ waiting: { reason: 'ContainerCreating' } }, 'waiting'],
  [{ waiting: { reason: 'ImagePullBackOff' } }, 'doubtful'],
  [{ waiting: { reason: 'RunContainerError' } }, 'doubtful'],
  [{ waiting: { reason: 'InvalidImageName' } }, 'failed'],
  [{ waiting: { reason: 'CrashLoopBackOff' } }, 'crashed'],
  [{ terminated: { exitCode: 137, reason: 'OOMKilled' } }, 'crashed'],
])('a container that is %j is %s', (container, kind) => {
  expect(state(agentPod({ node: 'node1', container }))).toMatchObject({ kind })
})

test('a pod on its way out is doubtful, though its container still runs', () => {
  expect(state(runningPod('node1', { deleting: true }))).toMatchObject({ kind: 'doubtful' })
})

test('words of the kubelet are one line without control characters', () => {
  const container = { waiting: { reason: 'ErrImagePull', message: 'first\nsecond \u001b[31m' } }
  expect(state(agentPod({ node: 'node1', container }))).toMatchObject({
    why: expect.stringContaining('first second \uFFFD[31m'),
  })
})

test('anything at all is a pod or null', () => {
  fc.assert(
    fc.property(fc.anything(), object => {
      expect([null, 'object']).toContain(readAgentPod(object) && typeof readAgentPod(object))
    }),
  )
})
