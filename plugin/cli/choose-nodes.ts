import { NetcheckError } from '../../shared/errors.ts'
import { isOk } from '../../shared/reading.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { matchesSelector } from '../kube/selector.ts'
import type { NodeChoice } from './nodes.ts'

/** A recording reduced to the requested nodes. Throws `UNKNOWN_NODE` and `NO_NODES`. */
export function chooseNodes(snapshot: Snapshot, { names, selector }: NodeChoice): Snapshot {
  const known = snapshot.nodes.map(({ name }) => name)
  requireKnown(names, known)
  if (names.length > 0) return { ...snapshot, nodes: snapshot.nodes.filter(({ name }) => names.includes(name)) }
  if (selector === undefined) return snapshot
  const nodes = isOk(snapshot.cluster.nodes) ? snapshot.cluster.nodes.value : []
  const chosen = new Set(nodes.filter(({ labels }) => matchesSelector(selector, labels)).map(({ name }) => name))
  if (chosen.size === 0) throw new NetcheckError('NO_NODES', `no node matches the selector ${selector}`)
  return { ...snapshot, nodes: snapshot.nodes.filter(({ name }) => chosen.has(name)) }
}

/** Throws `UNKNOWN_NODE` for the first unknown name and lists the known ones. */
export function requireKnown(names: readonly string[], known: readonly string[]): void {
  const unknown = names.find(name => !known.includes(name))
  if (unknown === undefined) return
  const listed = known.length > 10 ? `${known.slice(0, 10).join(', ')}, …` : known.join(', ')
  throw new NetcheckError('UNKNOWN_NODE', `there is no node ${unknown}`, { hint: `nodes are: ${listed || 'none'}` })
}
