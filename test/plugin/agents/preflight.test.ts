import { expect, test } from 'vitest'
import { preflight } from '../../../plugin/agents/preflight.ts'
import { fakeCluster } from '../../support/fake-cluster.ts'
import { samplePlan } from '../../support/run-plan.ts'

const plan = samplePlan({ namespace: 'tools' })

test('the objects are only tried', async () => {
  const cluster = fakeCluster()
  await preflight(cluster, plan)
  expect([...cluster.steps].sort()).toEqual([
    'create daemonsets --dry-run',
    'create jobs --dry-run',
    'create pods --dry-run',
  ])
  for (const manifest of cluster.manifests) expect(manifest.metadata).not.toHaveProperty('ownerReferences')
})

test('missing rights are all named at once, before what they break', async () => {
  const cluster = fakeCluster({
    allow: ({ verb, subresource }) => verb !== 'patch' && subresource !== 'portforward',
    refuse: () => 'the trial fails too',
  })
  await expect(preflight(cluster, plan)).rejects.toMatchObject({
    code: 'API_DENIED',
    message: 'not allowed in namespace tools: patch jobs.batch, get pods/portforward, create pods/portforward',
    hint: expect.stringContaining('manifests/user-rbac.yaml'),
  })
})

const podSecurity = 'pods "netcheck-0123abcd" is forbidden: violates PodSecurity "restricted:latest": hostNetwork=true'

test('a denial of Pod Security is told in its own words, with the label that lifts it', async () => {
  const cluster = fakeCluster({ refuse: step => (step === 'create pods --dry-run' ? podSecurity : undefined) })
  await expect(preflight(cluster, plan)).rejects.toMatchObject({
    code: 'ADMISSION',
    message: podSecurity,
    hint: expect.stringContaining('kubectl label namespace tools pod-security.kubernetes.io/enforce=privileged'),
  })
})

test('a denial of a webhook is told in its own words', async () => {
  const message = 'admission webhook "policy.example" denied the request: no host paths'
  const cluster = fakeCluster({ refuse: step => (step === 'create daemonsets --dry-run' ? message : undefined) })
  await expect(preflight(cluster, plan)).rejects.toThrow(message)
})

test('a policy against bare pods does not stop a DaemonSet', async () => {
  const message = 'admission webhook "policy.example" denied the request: pods need a controller'
  const cluster = fakeCluster({ refuse: step => (step === 'create pods --dry-run' ? message : undefined) })
  await expect(preflight(cluster, plan)).resolves.toBeUndefined()
})

test('whoever may not create pods is not asked to try one', async () => {
  const cluster = fakeCluster({
    allow: ({ verb, resource, subresource }) => !(verb === 'create' && resource.plural === 'pods' && !subresource),
  })
  await preflight(cluster, plan)
  expect(cluster.steps).not.toContain('create pods --dry-run')
})

test('a namespace that does not exist is told as such', async () => {
  const cluster = fakeCluster({ refuse: () => 'POST /x: namespaces "tools" not found' })
  await expect(preflight(cluster, plan)).rejects.toMatchObject({ message: 'there is no namespace tools' })
})
