import { messageOf } from '../../shared/errors.ts'
import type { NodeParts, NodeSnapshot } from '../../shared/snapshot.ts'
import type { AnyCheck, Outcome } from './check.ts'
import type { Snapshot } from './snapshot.ts'

/** Asks one check about every node that was read, or about the cluster. */
export const answersOf = (snapshot: Snapshot, check: AnyCheck): readonly Answer[] =>
  check.scope === 'node' ? runOnNodes(snapshot, check) : [runOnCluster(snapshot, check)]

/** What one check answered about one node, or about the cluster when `node` is null. */
export interface Answer {
  readonly check: AnyCheck
  readonly node: string | null
  readonly outcome: Outcome | { readonly kind: 'crashed'; readonly why: string }
}

type NodeCheckOf = Extract<AnyCheck, { scope: 'node' }>
type ClusterCheckOf = Extract<AnyCheck, { scope: 'cluster' }>
type ReadNode = Extract<NodeSnapshot, { status: 'read' }>

function runOnNodes(snapshot: Snapshot, check: NodeCheckOf): readonly Answer[] {
  const unread = unreadCluster(snapshot, check.cluster)
  if (unread) return [{ check, node: null, outcome: { kind: 'not-run', why: unread } }]
  const nodes = snapshot.nodes.filter(node => node.status === 'read')
  if (nodes.length === 0) return [{ check, node: null, outcome: { kind: 'not-run', why: 'no node was read' } }]
  return nodes.map(node => ({ check, node: node.name, outcome: runOnNode(snapshot, check, node) }))
}

function runOnNode(snapshot: Snapshot, check: NodeCheckOf, { name, parts }: ReadNode): Answer['outcome'] {
  for (const need of check.needs) {
    const part = parts[need]
    if (part.status === 'unavailable') return { kind: 'not-run', why: `${need} not read: ${part.detail}` }
  }
  return guard(() =>
    check.run({
      node: name,
      parts: values(parts, check.needs),
      maybe: pick(parts, check.wants),
      cluster: values(snapshot.cluster, check.cluster),
      maybeCluster: pick(snapshot.cluster, check.wantsCluster),
      takenAt: Date.parse(snapshot.takenAt),
    }),
  )
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
  return { check, node: null, outcome: guard(() => check.run(input)) }
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
  // The keys are exactly those of the pick.
  Object.fromEntries(keys.map(key => [key, from[key]])) as Pick<T, K>

const values = <T extends object, K extends keyof T>(from: T, keys: readonly K[]): Record<K, unknown> =>
  Object.fromEntries(keys.map(key => [key, unwrap(from[key])])) as Record<K, unknown>

const unwrap = (part: unknown): unknown =>
  typeof part === 'object' && part !== null && 'value' in part ? part.value : undefined
