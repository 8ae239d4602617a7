import { nodeParts } from '../../shared/collect-node.ts'
import { messageOf } from '../../shared/errors.ts'
import { unavailable } from '../../shared/reading.ts'
import type { NodeParts, NodeSnapshot } from '../../shared/snapshot.ts'
import type { AnyCheck, Outcome } from './check.ts'
import { judgedOnCluster, judgedOnNode } from './open-questions.ts'
import type { Snapshot } from './snapshot.ts'

/** Runs one check on every node, or on the cluster. */
export const answersOf = (snapshot: Snapshot, check: AnyCheck): readonly Answer[] =>
  check.scope === 'node' ? runOnNodes(snapshot, check) : [runOnCluster(snapshot, check)]

/** The answer of one check about one node, or about the cluster when `node` is null. */
export interface Answer {
  readonly check: AnyCheck
  readonly node: string | null
  readonly outcome: Outcome | { readonly kind: 'crashed'; readonly why: string }
}

type NodeCheckOf = Extract<AnyCheck, { scope: 'node' }>
type ClusterCheckOf = Extract<AnyCheck, { scope: 'cluster' }>
type ReadNode = Extract<NodeSnapshot, { status: 'read' }>
type UnreadNode = Extract<NodeSnapshot, { status: 'not-read' }>

function runOnNodes(snapshot: Snapshot, check: NodeCheckOf): readonly Answer[] {
  const unread = unreadCluster(snapshot, check.cluster)
  if (unread) return [{ check, node: null, outcome: { kind: 'not-run', why: unread } }]
  const answers = snapshot.nodes.flatMap(node =>
    node.status === 'read'
      ? [{ check, node: node.name, outcome: runOnNode(snapshot, check, node) }]
      : runWithoutNode(snapshot, check, node),
  )
  return snapshot.nodes.some(({ status }) => status === 'read') ? answers : [...answers, noneRead(snapshot, check)]
}

/**
 * Runs a check that needs no part of the node on one that was not read. Only findings count: that it found nothing is
 * no answer.
 */
function runWithoutNode(snapshot: Snapshot, check: NodeCheckOf, { name, why }: UnreadNode): readonly Answer[] {
  if (check.needs.length > 0) return []
  const unread = { ...unavailable('failed', `the node was not read: ${why}`), ms: 0 }
  const outcome = runOnNode(snapshot, check, {
    name,
    status: 'read',
    parts: nodeParts(Object.fromEntries(check.wants.map(part => [part, unread]))),
  })
  return outcome.kind === 'found' || outcome.kind === 'crashed' ? [{ check, node: name, outcome }] : []
}

function noneRead({ nodes }: Snapshot, check: NodeCheckOf): Answer {
  const reasons = new Set(nodes.map(node => (node.status === 'read' ? '' : node.why)))
  const [why] = reasons
  return {
    check,
    node: null,
    outcome: { kind: 'not-run', why: reasons.size === 1 && why ? `no node was read: ${why}` : 'no node was read' },
  }
}

function runOnNode(snapshot: Snapshot, check: NodeCheckOf, { name, parts }: ReadNode): Answer['outcome'] {
  for (const need of check.needs) {
    const part = parts[need]
    if (part.status === 'unavailable') return { kind: 'not-run', why: `${need} not read: ${part.detail}` }
  }
  const maybe = pick(parts, check.wants)
  const maybeCluster = pick(snapshot.cluster, check.wantsCluster)
  const input = {
    node: name,
    parts: values(parts, check.needs),
    maybe,
    cluster: values(snapshot.cluster, check.cluster),
    maybeCluster,
    takenAt: Date.parse(snapshot.takenAt),
  }
  return guard(() => judgedOnNode(check.run(input), check, { ...maybe, ...maybeCluster }))
}

function runOnCluster(snapshot: Snapshot, check: ClusterCheckOf): Answer {
  const unread = unreadCluster(snapshot, check.cluster)
  if (unread) return { check, node: null, outcome: { kind: 'not-run', why: unread } }
  const read = snapshot.nodes.flatMap(node =>
    node.status === 'read' ? [[node.name, pick(node.parts, check.wants)] as const] : [],
  )
  const notRead = snapshot.nodes.flatMap(node => (node.status === 'read' ? [] : [[node.name, node.why] as const]))
  const input = {
    cluster: values(snapshot.cluster, check.cluster),
    maybeCluster: pick(snapshot.cluster, check.wantsCluster),
    nodes: new Map<string, Partial<NodeParts>>(read),
    notRead: new Map(notRead),
    takenAt: Date.parse(snapshot.takenAt),
  }
  const outcome = guard(() => {
    const answer = check.run(input)
    return judgedOnCluster(answer, check, { cluster: input.maybeCluster, nodes: input.nodes })
  })
  return { check, node: null, outcome }
}

function unreadCluster(snapshot: Snapshot, names: readonly (keyof Snapshot['cluster'])[]): string | null {
  for (const name of names) {
    const part = snapshot.cluster[name]
    if (part.status === 'unavailable') return `${name} not read: ${part.detail}`
  }
  return null
}

function guard(run: () => Outcome): Answer['outcome'] {
  try {
    return run()
  } catch (error) {
    return { kind: 'crashed', why: messageOf(error) }
  }
}

const pick = <T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> =>
  // The keys are exactly those of the Pick.
  Object.fromEntries(keys.map(key => [key, from[key]])) as Pick<T, K>

const values = <T extends object, K extends keyof T>(from: T, keys: readonly K[]): Record<K, unknown> =>
  Object.fromEntries(keys.map(key => [key, unwrap(from[key])])) as Record<K, unknown>

const unwrap = (part: unknown): unknown =>
  typeof part === 'object' && part !== null && 'value' in part ? part.value : undefined
