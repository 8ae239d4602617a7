import * as z from 'zod/mini'
import { oneLine } from '../../shared/text.ts'
import { containerName } from './plan.ts'

/**
 * State of a node's agent. While it is `pending`, the node itself has not reported yet. `doubtful` and `crashed` may
 * recover, but are not waited for alone; `failed` does not recover.
 */
type PodState =
  | { readonly kind: 'pending' | 'waiting' | 'doubtful' | 'crashed' | 'failed'; readonly why: string }
  | { readonly kind: 'running' }

/** A pod of the run as far as gathering needs it. */
export interface AgentPod {
  readonly name: string
  readonly uid: string
  /** The node that it runs on, or is meant for while it is not scheduled. */
  readonly node: string
  /** Restarts of its container; each is worth another attempt. */
  readonly restarts: number
  readonly state: PodState
}

const text = z.optional(z.nullable(z.string()))
const list = <T extends z.ZodMiniType>(item: T) => z.optional(z.nullable(z.array(item)))
const ended = z.object({ reason: text, message: text, exitCode: z.optional(z.nullable(z.number())) })
const states = z.object({
  waiting: z.optional(z.nullable(z.object({ reason: text, message: text }))),
  running: z.optional(z.nullable(z.unknown())),
  terminated: z.optional(z.nullable(ended)),
})
const container = z.object({
  name: z.string(),
  restartCount: z.optional(z.nullable(z.number())),
  state: z.optional(z.nullable(states)),
})

const podSchema = z.object({
  metadata: z.object({ name: z.string(), uid: z.optional(z.string()), deletionTimestamp: text }),
  spec: z.object({ nodeName: text, affinity: z.optional(z.unknown()) }),
  status: z.optional(
    z.nullable(
      z.object({
        phase: text,
        reason: text,
        message: text,
        conditions: list(z.object({ type: z.string(), status: z.string(), reason: text, message: text })),
        containerStatuses: list(container),
      }),
    ),
  ),
})

type Status = NonNullable<z.infer<typeof podSchema>['status']>

/** Reads a pod of the run; null for anything else, or when it is meant for no node. */
export function readAgentPod(object: unknown): AgentPod | null {
  const parsed = z.safeParse(podSchema, object)
  if (!parsed.success) return null
  const { metadata, spec, status } = parsed.data
  const node = spec.nodeName || wantedNode(spec.affinity)
  if (!node) return null
  const state: PodState = metadata.deletionTimestamp
    ? { kind: 'doubtful', why: `its agent is being removed${reasonText(status?.reason, status?.message)}` }
    : stateOf(status ?? {}, Boolean(spec.nodeName))
  const restarts = agentStatus(status ?? {})?.restartCount ?? 0
  return { name: metadata.name, uid: metadata.uid ?? '', node, restarts, state }
}

function stateOf(status: Status, scheduled: boolean): PodState {
  if (status.phase === 'Failed' || status.reason === 'Evicted') {
    return { kind: 'doubtful', why: `its agent was stopped by the node${reasonText(status.reason, status.message)}` }
  }
  if (!scheduled) return unscheduled(status)
  const agent = agentStatus(status)?.state
  if (agent?.running) return { kind: 'running' }
  if (agent?.terminated) return { kind: 'crashed', why: crashText(agent.terminated) }
  return agent?.waiting
    ? waitingState(agent.waiting)
    : { kind: 'pending', why: 'the kubelet has not begun to start the agent' }
}

const agentStatus = ({ containerStatuses }: Status) => containerStatuses?.find(({ name }) => name === containerName)

function unscheduled({ conditions }: Status): PodState {
  const condition = conditions?.find(({ type }) => type === 'PodScheduled')
  if (condition?.status !== 'False') return { kind: 'pending', why: 'the agent is not yet scheduled' }
  return { kind: 'doubtful', why: `the agent is not scheduled${reasonText(condition.reason, condition.message)}` }
}

const broken = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'CreateContainerError',
  'CreateContainerConfigError',
  'RunContainerError',
])

function waitingState({ reason, message }: { reason?: string | null; message?: string | null }): PodState {
  if (reason === 'CrashLoopBackOff') return { kind: 'crashed', why: 'the agent crashes again and again' }
  if (reason === 'InvalidImageName')
    return {
      kind: 'failed',
      why: `the image cannot be used${reasonText(reason, message)}; choose one with --agent-image`,
    }
  const why = reasonText(reason, message)
  if (reason && /Image|Registry/.test(reason))
    return { kind: 'doubtful', why: `the image cannot be pulled${why}; name a mirror with --agent-image` }
  if (reason && broken.has(reason)) return { kind: 'doubtful', why: `the agent cannot be started${why}` }
  return { kind: 'waiting', why: `the agent is being created, or its image pulled${why}` }
}

const crashText = ({ reason, exitCode }: z.infer<typeof ended>): string =>
  `the agent ended${reason ? ` (${reason})` : ''} with exit code ${exitCode ?? 'unknown'}`

const reasonText = (reason: string | null | undefined, message: string | null | undefined): string =>
  oneLine(
    [reason, message]
      .filter(Boolean)
      .map(piece => `: ${piece}`)
      .join(''),
    400,
  )

const affinitySchema = z.object({
  nodeAffinity: z.object({
    requiredDuringSchedulingIgnoredDuringExecution: z.object({
      nodeSelectorTerms: z.array(
        z.object({ matchFields: z.array(z.object({ key: z.literal('metadata.name'), values: z.array(z.string()) })) }),
      ),
    }),
  }),
})

/** The DaemonSet controller writes the node that a pod is meant for into its affinity. */
function wantedNode(affinity: unknown): string | undefined {
  const parsed = z.safeParse(affinitySchema, affinity)
  if (!parsed.success) return undefined
  const { nodeSelectorTerms } = parsed.data.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution
  return nodeSelectorTerms[0]?.matchFields[0]?.values[0]
}
