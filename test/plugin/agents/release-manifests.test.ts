import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { agentDaemonSet } from '../../../plugin/agents/manifests.ts'
import type { RunPlan } from '../../../plugin/agents/plan.ts'
import { podTemplate } from '../../../plugin/agents/pod-template.ts'
import { samplePlan } from '../../support/run-plan.ts'

const podSchema = z.object({
  affinity: z.unknown(),
  volumes: z.array(
    z.object({ name: z.string(), hostPath: z.optional(z.object({ path: z.string(), type: z.string() })) }),
  ),
  containers: z.array(
    z.object({
      env: z.array(z.looseObject({ name: z.string() })),
      securityContext: z.looseObject({ readOnlyRootFilesystem: z.boolean() }),
      volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string(), readOnly: z.optional(z.boolean()) })),
    }),
  ),
})
const daemonSetSchema = z.object({ spec: z.object({ template: z.object({ spec: podSchema }) }) })

const podOf = (changes: Partial<RunPlan>) =>
  z.parse(daemonSetSchema, agentDaemonSet(samplePlan(changes), 'uid').manifest).spec.template.spec

const dataDir = '/var/lib/cni/networks'

/** Folders of the node that a pod may write to. */
function writable(pod: z.infer<typeof podSchema>) {
  const names = pod.containers.flatMap(({ volumeMounts }) =>
    volumeMounts.filter(({ readOnly }) => readOnly !== true).map(({ name }) => name),
  )
  return pod.volumes.filter(({ name }) => names.includes(name))
}

test('an ordinary run may write to nothing, and is not told of a folder to write to', () => {
  const pod = podOf({})
  expect(writable(pod)).toEqual([])
  expect(pod.containers[0]?.securityContext.readOnlyRootFilesystem).toBe(true)
  expect(pod.containers.flatMap(({ env }) => env.map(({ name }) => name))).not.toContain('NETCHECK_RELEASE_FOLDER')
})

test('a release run may write to the data directory of its one node and to nothing else', () => {
  const pod = podOf({ nodes: ['n1'], release: { dataDir, isWritable: true } })
  expect(writable(pod)).toEqual([{ name: 'store', hostPath: { path: dataDir, type: 'Directory' } }])
  expect(pod.containers[0]?.env).toContainEqual({ name: 'NETCHECK_RELEASE_FOLDER', value: '/netcheck/store' })
  expect(JSON.stringify(pod.affinity)).toContain('"values":["n1"]')
})

test('a release run, also one that removes namespaces, has one folder more than an ordinary one and no other right', () => {
  const specOf = (changes: Partial<RunPlan>) => podTemplate(samplePlan({ nodes: ['n1'], ...changes })).spec
  const own = ['store', 'NETCHECK_RELEASE_FOLDER']
  const others = <T extends { readonly name: string }>(all: readonly T[]) =>
    all.filter(({ name }) => !own.includes(name))
  const { volumes, containers, ...rest } = specOf({ release: { dataDir, isWritable: true } })
  const bare = containers.map(each => ({ ...each, env: others(each.env), volumeMounts: others(each.volumeMounts) }))
  expect({ ...rest, volumes: others(volumes), containers: bare }).toEqual(specOf({}))
})

test('a run that only lists earlier ones may write to nothing', () => {
  const pod = podOf({ nodes: ['n1'], release: { dataDir, isWritable: false } })
  expect(writable(pod)).toEqual([])
  expect(pod.volumes).toContainEqual({ name: 'store', hostPath: { path: dataDir, type: 'Directory' } })
})
