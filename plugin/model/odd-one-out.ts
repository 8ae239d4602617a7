import { compareText } from '../../shared/text.ts'

/** Comparable facts of one node by name: `net/ipv4/ip_forward` → `1`. */
export type Facts = ReadonlyMap<string, string>

/** One fact in which a node differs from most nodes of its group. */
export interface Oddity {
  readonly node: string
  readonly group: string
  readonly fact: string
  readonly value: string
  /** What most nodes of the group have. */
  readonly usual: string
  /** How many nodes have it, and for how many the fact is known. */
  readonly share: { readonly usual: number; readonly known: number }
}

/** Smallest group with a meaningful majority. */
const fewest = 3

/**
 * Facts in which few nodes differ from at least two thirds of their group. Nodes with an unknown fact do not count:
 * unread is not odd. Ordered by node, then by fact.
 */
export function oddOnesOut(
  factsByNode: ReadonlyMap<string, Facts>,
  groupOf: (node: string) => string,
): readonly Oddity[] {
  const groups = new Map<string, string[]>()
  for (const node of factsByNode.keys()) groups.set(groupOf(node), [...(groups.get(groupOf(node)) ?? []), node])
  return [...groups]
    .filter(([, nodes]) => nodes.length >= fewest)
    .flatMap(([group, nodes]) => oddInGroup(group, nodes, factsByNode))
    .sort((a, b) => compareText(a.node, b.node) || compareText(a.fact, b.fact))
}

function oddInGroup(group: string, nodes: readonly string[], all: ReadonlyMap<string, Facts>): readonly Oddity[] {
  const names = new Set(nodes.flatMap(node => [...(all.get(node)?.keys() ?? [])]))
  return [...names].flatMap(fact => {
    const known = nodes.flatMap(node => {
      const value = all.get(node)?.get(fact)
      return value === undefined ? [] : [{ node, value }]
    })
    const usual = majorityOf(known.map(({ value }) => value))
    if (usual === null || known.length < fewest) return []
    return known
      .filter(({ value }) => value !== usual.value)
      .map(({ node, value }) => ({
        node,
        group,
        fact,
        value,
        usual: usual.value,
        share: { usual: usual.count, known: known.length },
      }))
  })
}

/** The value that at least two thirds share; null without one. */
export function majorityOf(values: readonly string[]): { readonly value: string; readonly count: number } | null {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const found = [...counts].find(([, count]) => count * 3 >= values.length * 2 && count >= 2)
  return found ? { value: found[0], count: found[1] } : null
}
