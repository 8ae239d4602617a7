import { messageOf, NetcheckError } from '../../shared/errors.ts'
import { type KubeWriter, resources } from '../kube/port.ts'
import { agentDaemonSet, anchorJob } from './manifests.ts'
import { objectName, type RunPlan } from './plan.ts'
import { podTemplate } from './pod-template.ts'
import { describeRight, rightsNeeded } from './rights.ts'

/**
 * Checks by access reviews and a server-side dry run whether a run may create its objects. Throws NetcheckError with
 * the server's own words: API_DENIED for missing rights, ADMISSION for a policy.
 */
export async function preflight(writer: KubeWriter, plan: RunPlan): Promise<void> {
  const rights = checkRights(writer, plan.namespace)
  // A missing right is a clearer reason than the dry run that fails because of it.
  const trial = dryRun(writer, plan).catch(async (error: unknown) => {
    await rights
    throw error
  })
  await Promise.all([rights, trial])
}

async function checkRights(writer: KubeWriter, namespace: string): Promise<void> {
  const reviews = await Promise.all(
    rightsNeeded(namespace).map(async access => ({ access, ...(await writer.can(access)) })),
  )
  const denied = reviews.filter(({ allowed }) => !allowed)
  if (denied.length === 0) return
  const reason = denied.map(({ reason }) => reason).find(Boolean)
  throw new NetcheckError(
    'API_DENIED',
    `not allowed in namespace ${namespace}: ${denied.map(({ access }) => describeRight(access)).join(', ')}${reason ? ` (${reason})` : ''}`,
    {
      hint: 'ask the administrator for the role in manifests/user-rbac.yaml; check --no-agent creates nothing and needs no such right',
    },
  )
}

async function dryRun(writer: KubeWriter, plan: RunPlan): Promise<void> {
  const options = { namespace: plan.namespace, dryRun: true }
  const objects = [anchorJob(plan), agentDaemonSet(plan, null)]
  const trials = objects.map(({ resource, manifest }) => writer.create(resource, manifest, options))
  try {
    await Promise.all([...trials, tryPod(writer, plan)])
  } catch (error) {
    throw refusal(plan.namespace, error)
  }
}

/** Pod Security admission checks pods, not the workloads that create them. */
async function tryPod(writer: KubeWriter, plan: RunPlan): Promise<void> {
  const { metadata, spec } = podTemplate(plan)
  const name = objectName(plan.runId)
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name, namespace: plan.namespace }, spec }
  const right = await writer.can({ verb: 'create', resource: resources.pods, namespace: plan.namespace })
  if (!right.allowed) return
  try {
    await writer.create(resources.pods, pod, { namespace: plan.namespace, dryRun: true })
  } catch (error) {
    // Other policies may refuse a user's pod and admit the same pod from a DaemonSet.
    if (isPodSecurity(messageOf(error))) throw error
  }
}

const isPodSecurity = (message: string): boolean => /violates PodSecurity|security context constraint/.test(message)

function refusal(namespace: string, error: unknown): unknown {
  if (!(error instanceof NetcheckError)) return error
  if (isPodSecurity(error.message)) {
    return new NetcheckError('ADMISSION', error.message, {
      hint: `ask the administrator to allow privileged pods there: kubectl label namespace ${namespace} pod-security.kubernetes.io/enforce=privileged; or choose another namespace with --agent-namespace`,
      cause: error,
    })
  }
  if (/namespaces? .*not found/.test(error.message)) {
    return new NetcheckError('API_STATUS', `there is no namespace ${namespace}`, {
      hint: 'create it, or choose another with --agent-namespace',
      cause: error,
    })
  }
  return error
}
