import { expect, test } from 'vitest'
import { parse, parseAllDocuments, stringify } from 'yaml'
import * as z from 'zod/mini'
import { agentDaemonSet, anchorJob, ownedObjects } from '../../../plugin/agents/manifests.ts'
import type { RunPlan } from '../../../plugin/agents/plan.ts'
import { samplePlan } from '../../support/run-plan.ts'

const name = 'netcheck-0123abcd'

const daemonSetSchema = z.looseObject({
  spec: z.looseObject({
    selector: z.unknown(),
    template: z.looseObject({ metadata: z.unknown(), spec: z.looseObject({}) }),
  }),
})

const podOf = (changes: Partial<RunPlan> = {}) =>
  z.parse(daemonSetSchema, agentDaemonSet(samplePlan(changes), 'uid').manifest).spec.template.spec

test('the anchor makes no pod, ends at its deadline and goes at once', () => {
  expect(anchorJob(samplePlan()).manifest).toMatchObject({
    apiVersion: 'batch/v1',
    metadata: { name, namespace: 'kube-system' },
    spec: { parallelism: 0, activeDeadlineSeconds: 120, ttlSecondsAfterFinished: 0 },
  })
})

test('policy engines find nothing to object to in the template of the anchor', () => {
  expect(anchorJob(samplePlan()).manifest).toMatchObject({
    spec: {
      template: {
        spec: {
          automountServiceAccountToken: false,
          containers: [
            {
              image: 'node:24-alpine',
              resources: { requests: { cpu: '10m' }, limits: { memory: '192Mi' } },
              securityContext: {
                runAsNonRoot: true,
                capabilities: { drop: ['ALL'] },
                seccompProfile: { type: 'RuntimeDefault' },
              },
            },
          ],
        },
      },
    },
  })
})

test('everything else belongs to the anchor, without asking for rights on its finalizers', () => {
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name, uid: 'uid', controller: false }
  for (const { manifest } of ownedObjects(samplePlan(), 'uid')) {
    expect(manifest.metadata).toMatchObject({ name, namespace: 'kube-system', ownerReferences: [owner] })
  }
})

test('a trial has no owner, for there is none yet', () => {
  expect(agentDaemonSet(samplePlan(), null).manifest.metadata).not.toHaveProperty('ownerReferences')
})

test('everything carries the labels by which it is found again', () => {
  const labels = {
    'app.kubernetes.io/name': 'kubectl-netcheck',
    'app.kubernetes.io/managed-by': 'kubectl-netcheck',
    'app.kubernetes.io/instance': '0123abcd',
  }
  const objects = [anchorJob(samplePlan()), ...ownedObjects(samplePlan(), 'uid')]
  for (const { manifest } of objects) expect(manifest.metadata).toMatchObject({ labels })
  expect(agentDaemonSet(samplePlan(), null).manifest).toMatchObject({
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
  })
})

test('no object is outside of the namespace', () => {
  const kinds = [anchorJob(samplePlan()), ...ownedObjects(samplePlan(), 'uid')].map(({ manifest }) => manifest.kind)
  expect(kinds).toEqual(['Job', 'Secret', 'ConfigMap', 'DaemonSet'])
})

test('the agent starts on a node whose network is broken, and has no rights', () => {
  expect(podOf()).toMatchObject({
    hostNetwork: true,
    hostPID: true,
    dnsPolicy: 'Default',
    tolerations: [{ operator: 'Exists' }],
    priorityClassName: 'system-node-critical',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 1,
    nodeSelector: { 'kubernetes.io/os': 'linux' },
  })
})

test('nothing of the host can be written', () => {
  expect(podOf()).toMatchObject({
    containers: [
      {
        securityContext: { privileged: true, readOnlyRootFilesystem: true, runAsUser: 0 },
        volumeMounts: [
          { mountPath: '/host', readOnly: true, mountPropagation: 'None', recursiveReadOnly: 'IfPossible' },
          { readOnly: true },
          { readOnly: true },
        ],
      },
    ],
  })
})

test('with reduced privileges it has four capabilities and no way to more', () => {
  expect(podOf({ privileges: 'reduced' })).toMatchObject({
    containers: [
      {
        securityContext: {
          privileged: false,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          runAsUser: 0,
          capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'NET_RAW', 'SYSLOG', 'SYS_CHROOT'] },
          seccompProfile: { type: 'RuntimeDefault' },
        },
        volumeMounts: [{ mountPath: '/host', readOnly: true }, { readOnly: true }, { readOnly: true }],
      },
    ],
  })
})

test.each([
  ['v1.29.14-eks-1', false],
  ['v1.30.0', true],
  ['v1.36.2', true],
  ['v2.0.0', true],
  ['unknown', false],
])('a server of version %s is asked for recursive read-only mounts: %s', (serverVersion, isAsked) => {
  expect(stringify(podOf({ serverVersion })).includes('recursiveReadOnly')).toBe(isAsked)
})

test('named nodes are chosen one by one, since a field takes one value', () => {
  expect(podOf({ nodes: ['a', 'b'] })).toMatchObject({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: ['a', 'b'].map(node => ({
            matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }],
          })),
        },
      },
    },
  })
})

test('without names every node but virtual ones is chosen', () => {
  expect(stringify(podOf({ nodes: null }))).toContain('virtual-kubelet')
})

test('secrets for the image are named only if there are any', () => {
  expect(podOf({ pullSecrets: ['a', 'b'] })).toMatchObject({ imagePullSecrets: [{ name: 'a' }, { name: 'b' }] })
  expect(podOf()).not.toHaveProperty('imagePullSecrets')
})

test('what lands in a cluster is written down in manifests/agent.yaml', async () => {
  const plan = samplePlan({
    token: 'random, for each run',
    agentGzip: new Uint8Array(),
    bootstrap: 'unpacks and starts /netcheck/agent/agent.js.gz',
  })
  const objects = [anchorJob(plan), ...ownedObjects(plan, 'uid of the Job')]
  const header =
    '# What one run of `kubectl netcheck nodes` creates and removes again. The run id, the token and the code of the\n# agent are left out; `kubectl netcheck manifests` prints all of it.\n'
  const text = header + objects.map(({ manifest }) => `---\n${stringify(manifest)}`).join('')
  await expect(text).toMatchFileSnapshot('../../../manifests/agent.yaml')
  expect(parseAllDocuments(text)).toHaveLength(4)
  expect(parse(text.split('---\n')[1] ?? '')).toMatchObject({ kind: 'Job' })
})
