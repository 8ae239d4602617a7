import { expect, test } from 'vitest'
import { deploy } from '../../../plugin/agents/deploy.ts'
import { startHeartbeat } from '../../../plugin/agents/heartbeat.ts'
import { remove } from '../../../plugin/agents/remove.ts'
import { fakeCluster, runningPod } from '../../support/fake-cluster.ts'
import { samplePlan } from '../../support/run-plan.ts'

const plan = samplePlan()
const name = 'netcheck-0123abcd'
const patience = { looks: 3, pause: async () => undefined }

test('the anchor comes first and owns the rest', async () => {
  const cluster = fakeCluster()
  await deploy(cluster, plan)
  expect(cluster.steps[0]).toBe('create jobs')
  expect([...cluster.steps].sort()).toEqual(['create configmaps', 'create daemonsets', 'create jobs', 'create secrets'])
  for (const manifest of cluster.manifests.slice(1)) {
    expect(manifest.metadata).toMatchObject({ ownerReferences: [{ kind: 'Job', uid: 'uid-of-jobs' }] })
  }
})

test('a failure is told only when every creation has ended', async () => {
  const cluster = fakeCluster({ refuse: step => (step === 'create secrets' ? 'no secrets here' : undefined) })
  await expect(deploy(cluster, plan)).rejects.toThrow('no secrets here')
  expect(cluster.steps).toContain('create daemonsets')
})

test('without an anchor nothing else is created', async () => {
  const cluster = fakeCluster({ refuse: () => 'no jobs here' })
  await expect(deploy(cluster, plan)).rejects.toThrow('no jobs here')
  expect(cluster.steps).toEqual(['create jobs'])
})

test('everything is removed', async () => {
  const cluster = fakeCluster()
  expect(await remove(cluster, plan, patience)).toEqual([])
  expect([...cluster.steps].sort()).toEqual(
    ['configmaps', 'daemonsets', 'jobs', 'secrets'].map(plural => `remove ${plural} ${name}`),
  )
})

test('pods are waited for', async () => {
  let looks = 0
  const cluster = fakeCluster({ select: () => (++looks < 3 ? [runningPod('node1')] : []) })
  expect(await remove(cluster, plan, patience)).toEqual([])
  expect(looks).toBe(3)
})

test('pods that stay are named', async () => {
  const cluster = fakeCluster({ select: () => [runningPod('node1')] })
  expect(await remove(cluster, plan, patience)).toEqual(['pod agent-node1 on node1'])
})

test('one thing that cannot be removed holds up none of the others', async () => {
  const cluster = fakeCluster({ refuse: step => (step.startsWith('remove secrets') ? 'not allowed' : undefined) })
  await expect(remove(cluster, plan, patience)).rejects.toThrow(
    `${name} in namespace kube-system was not removed: not allowed`,
  )
  expect(cluster.steps).toHaveLength(4)
})

test('every beat moves the deadline a whole life away', () => {
  const cluster = fakeCluster()
  let elapsed = 0
  let beat = () => {}
  let isStopped = false
  const stop = startHeartbeat(cluster, plan, {
    elapsedMs: () => elapsed,
    every: (ms, work) => {
      expect(ms).toBe(30_000)
      beat = work
      return () => {
        isStopped = true
      }
    },
    onFailure: () => undefined,
  })
  elapsed = 30_001
  beat()
  expect(cluster.patches).toEqual([{ spec: { activeDeadlineSeconds: 151 } }])
  stop()
  expect(isStopped).toBe(true)
})

test('a beat that fails is told and ends nothing', async () => {
  const cluster = fakeCluster({ refuse: () => 'gone' })
  const told = new Promise<string>(resolve => {
    const every = (_ms: number, work: () => void) => {
      work()
      return () => undefined
    }
    startHeartbeat(cluster, plan, { elapsedMs: () => 0, every, onFailure: resolve })
  })
  expect(await told).toBe("the agents' deadline was not extended: gone")
})
