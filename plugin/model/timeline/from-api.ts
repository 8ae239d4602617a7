import { valueOr } from '../../../shared/reading.ts'
import type { ApiEvent } from '../../cluster/events.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { ContainerState, Pod } from '../../cluster/pods.ts'
import type { Snapshot } from '../../engine/snapshot.ts'
import { plainText, shortText } from '../event-text.ts'
import { podKey } from '../pods.ts'
import type { EntryDraft } from './draft.ts'

/** Entries from the API: events, pods, node conditions, and the creation of network objects. */
export function draftsOfApi({ cluster }: Snapshot): readonly EntryDraft[] {
  const pods = valueOr(cluster.pods, [])
  const nodeOf = new Map(pods.map(pod => [podKey(pod), pod.node]))
  return [
    ...valueOr(cluster.events, [])
      .filter(isTold)
      .map(event => eventDraft(event, nodeOf)),
    ...pods.flatMap(podDrafts),
    ...valueOr(cluster.nodes, []).flatMap(nodeDrafts),
    ...valueOr(cluster.services, []).map(service => madeDraft('Service', service)),
    ...valueOr(cluster.networkPolicies, []).map(policy => madeDraft('NetworkPolicy', policy)),
    ...valueOr(cluster.daemonSets, []).map(set => madeDraft('DaemonSet', set)),
    ...valueOr(cluster.deployments, []).map(deployment => madeDraft('Deployment', deployment)),
  ]
}

/** Of normal events, only those that mark a change, not those of every pod start. */
const isTold = ({ type, reason, object }: ApiEvent): boolean =>
  type !== 'Normal' ||
  object.kind === 'Node' ||
  /Kill|Evict|Sandbox|Leader|Preempt|Reboot|Unhealthy|BackOff/.test(reason)

function eventDraft(event: ApiEvent, nodeOf: ReadonlyMap<string, string | null>): EntryDraft {
  const { object, reason, count, firstSeen, lastSeen, host, type } = event
  const ownNode = object.kind === 'Node' ? object.name : (nodeOf.get(podKey(object)) ?? host)
  return {
    at: firstSeen ?? lastSeen,
    until: lastSeen,
    count,
    node: ownNode || null,
    namespace: object.kind === 'Node' ? null : object.namespace || null,
    source: 'event',
    subject: object.kind === 'Node' ? '' : `${object.kind} ${podKey(object)}`,
    text: `${reason}: ${shortText(plainText(event.message))}`,
    isBad: type !== 'Normal',
  }
}

function podDrafts(pod: Pod): readonly EntryDraft[] {
  const of = { node: pod.node, namespace: pod.namespace, source: 'pod' as const, subject: `Pod ${podKey(pod)}` }
  const scheduled = pod.conditions.find(({ type }) => type === 'PodScheduled')
  const ready = pod.conditions.find(({ type }) => type === 'Ready')
  const isFinished = pod.phase === 'Succeeded'
  return [
    { ...of, at: pod.createdAt, text: 'was created' },
    ...(scheduled?.status === 'False'
      ? [{ ...of, at: scheduled.since, text: `cannot be scheduled: ${scheduled.message}`, isBad: true }]
      : []),
    ...(ready?.status === 'False' && !isFinished
      ? [{ ...of, at: ready.since, text: `not ready since then${withReason(ready.reason)}`, isBad: true }]
      : []),
    ...pod.containers.flatMap(container => restartDrafts(container, of)),
    ...(pod.deletionTime === null ? [] : [{ ...of, at: pod.deletionTime, text: 'is to be gone by then' }]),
  ]
}

type Of = Pick<EntryDraft, 'node' | 'namespace' | 'source' | 'subject'>

function restartDrafts(container: ContainerState, of: Of): readonly EntryDraft[] {
  const { name, restarts, lastFinishedAt, lastReason, lastExitCode, lastMessage, startedAt, init } = container
  if (restarts === 0 || init) return []
  const ended = `container ${name} ended: ${lastReason || 'no reason told'}, exit code ${lastExitCode ?? '?'}, ${restarts}. restart`
  return [
    { ...of, at: lastFinishedAt, text: lastMessage ? `${ended}: ${lastMessage}` : ended, isBad: true },
    { ...of, at: startedAt, text: `container ${name} started again` },
  ]
}

const nodeDrafts = ({ name, createdAt, conditions }: ApiNode): readonly EntryDraft[] => [
  { at: createdAt, node: name, source: 'node', subject: '', text: 'joined the cluster' },
  ...conditions.filter(isTurn).map(({ type, status, reason, message, since }) => ({
    at: since,
    node: name,
    source: 'node' as const,
    subject: '',
    text: `${type} is ${status} since then${withReason(reason)}${message ? `: ${message}` : ''}`,
    isBad: type === 'Ready' ? status !== 'True' : status === 'True',
  })),
]

/** That there is no pressure, since the node began, tells nothing. */
const isTurn = ({ type, status }: ApiNode['conditions'][number]): boolean =>
  status === 'True' || type === 'Ready' || (status === 'Unknown' && !type.endsWith('Pressure'))

const withReason = (reason: string): string => (reason ? ` (${reason})` : '')

const madeDraft = (
  kind: string,
  {
    namespace,
    name,
    createdAt,
  }: { readonly namespace: string; readonly name: string; readonly createdAt: string | null },
): EntryDraft => ({
  at: createdAt,
  node: null,
  namespace,
  source: 'object',
  subject: `${kind} ${namespace}/${name}`,
  text: 'was created',
})
