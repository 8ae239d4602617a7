import type { Manifest, Resource } from '../kube/port.ts'
import { resources } from '../kube/port.ts'
import { agentPaths, labelsOf, objectName, type RunPlan } from './plan.ts'
import { podTemplate, restrictedContainer } from './pod-template.ts'

/** An object created for a run, with its resource. */
export interface Created {
  readonly resource: Resource
  readonly manifest: Manifest
}

/**
 * The owner of everything else and its timer: a Job that never creates a pod, ends at its deadline and takes what it
 * owns with it. Its template is never run, but policy engines check it.
 */
export function anchorJob(plan: RunPlan): Created {
  const spec = {
    parallelism: 0,
    backoffLimit: 0,
    activeDeadlineSeconds: plan.ttlSeconds,
    ttlSecondsAfterFinished: 0,
    template: {
      metadata: { labels: labelsOf(plan.runId) },
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        containers: [restrictedContainer(plan.image)],
      },
    },
  }
  return { resource: resources.jobs, manifest: { apiVersion: 'batch/v1', kind: 'Job', metadata: metadata(plan), spec } }
}

/** Secret, ConfigMap and DaemonSet, owned by the anchor; for a dry run `anchorUid` is null and they have no owner. */
export const ownedObjects = (plan: RunPlan, anchorUid: string | null): readonly Created[] => [
  tokenSecret(plan, anchorUid),
  agentConfigMap(plan, anchorUid),
  agentDaemonSet(plan, anchorUid),
]

function tokenSecret(plan: RunPlan, anchorUid: string | null): Created {
  const manifest = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata(plan, anchorUid),
    immutable: true,
    type: 'Opaque',
    stringData: { [agentPaths.tokenFile]: plan.token },
  }
  return { resource: resources.secrets, manifest }
}

function agentConfigMap(plan: RunPlan, anchorUid: string | null): Created {
  const manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(plan, anchorUid),
    immutable: true,
    binaryData: { [agentPaths.bundleFile]: toBase64(plan.agentGzip) },
  }
  return { resource: resources.configmaps, manifest }
}

/** The agents, one per node. There is no NetworkPolicy: policies do not apply to pods in the host's network. */
export function agentDaemonSet(plan: RunPlan, anchorUid: string | null): Created {
  const spec = {
    selector: { matchLabels: labelsOf(plan.runId) },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%' } },
    template: podTemplate(plan),
  }
  return {
    resource: resources.daemonsets,
    manifest: { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: metadata(plan, anchorUid), spec },
  }
}

function metadata({ runId, namespace }: RunPlan, anchorUid: string | null = null): Record<string, unknown> {
  const name = objectName(runId)
  // No blockOwnerDeletion: it would need a right on the Job's finalizers where owner references are guarded.
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name, uid: anchorUid, controller: false }
  return { name, namespace, labels: labelsOf(runId), ...(anchorUid === null ? {} : { ownerReferences: [owner] }) }
}

const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
