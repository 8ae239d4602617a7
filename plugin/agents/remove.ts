import { messageOf, NetcheckError } from '../../shared/errors.ts'
import { type KubeWriter, resources } from '../kube/port.ts'
import { objectName, runSelector } from './plan.ts'
import { readAgentPod } from './pod-state.ts'

/** A run by its id and namespace. */
export interface Run {
  readonly runId: string
  readonly namespace: string
}

/** How long to wait for the pods to disappear. */
export interface RemoveOptions {
  /** How often to check whether the pods are gone. */
  readonly looks: number
  readonly pause: () => Promise<void>
}

/** Agents are deleted first, because they mount the others. The anchor is last: it takes along what was left. */
const owned = [resources.daemonsets, resources.secrets, resources.configmaps] as const

/**
 * Deletes everything of a run and waits until its pods are gone. Returns what remains, in words; empty when all is
 * gone. Safe to call again. Throws NetcheckError when something could not be deleted.
 */
export async function remove(writer: KubeWriter, run: Run, options: RemoveOptions): Promise<readonly string[]> {
  const target = { namespace: run.namespace, name: objectName(run.runId) }
  const deletions = await Promise.allSettled(
    [...owned, resources.jobs].map(async resource => {
      await writer.remove(resource, target)
    }),
  )
  const failed = deletions.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : []))
  if (failed.length > 0) throw removalError(run, failed[0])
  return remainingPods(writer, run, options)
}

async function remainingPods(
  writer: KubeWriter,
  run: Run,
  { looks, pause }: RemoveOptions,
): Promise<readonly string[]> {
  for (let look = 1; ; look += 1) {
    const pods = await writer.select(resources.pods, {
      namespace: run.namespace,
      labelSelector: runSelector(run.runId),
    })
    if (pods.length === 0 || look >= looks) return pods.map(describePod)
    await pause()
  }
}

function describePod(object: unknown): string {
  const pod = readAgentPod(object)
  return pod ? `pod ${pod.name} on ${pod.node}` : 'a pod'
}

const removalError = (run: Run, cause: unknown): NetcheckError =>
  new NetcheckError(
    'API_STATUS',
    `${objectName(run.runId)} in namespace ${run.namespace} was not removed: ${messageOf(cause)}`,
    {
      hint: 'it goes by itself at its deadline, or with: kubectl netcheck cleanup',
      cause,
    },
  )
