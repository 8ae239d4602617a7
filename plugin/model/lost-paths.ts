import type { Subject } from '../../shared/finding.ts'
import { compareText } from '../../shared/text.ts'
import type { Probed } from './probe-results.ts'

/** Failing paths with one node in common, or a single path whose faulty end is unknown. */
export interface LostPaths {
  readonly subject: Subject
  /** For use in a sentence: `from node1 to node2, node3`. */
  readonly way: string
  readonly paths: readonly Probed[]
}

/** Assigns each lost path to the node with the most lost paths, so that a broken node is one finding. */
export function groupLost(lost: readonly Probed[]): readonly LostPaths[] {
  const groups: LostPaths[] = []
  for (let left = lost; left.length > 0; ) {
    const { node, count } = mostTouched(left)
    const isOwn = (path: Probed) => endsOf(path).includes(node)
    const paths = left.filter(isOwn)
    const ends = new Set(paths.flatMap(endsOf))
    const isClear = count > 1 && ends.size > 2
    const subject: Subject = isClear ? { kind: 'Node', name: node } : { kind: 'Cluster', name: 'cluster' }
    groups.push({ subject, way: isClear ? describe(node, paths) : `between ${[...ends].sort().join(' and ')}`, paths })
    left = left.filter(path => !isOwn(path))
  }
  return groups
}

const endsOf = ({ node, target }: Probed): readonly string[] => [node, ...(target.node === null ? [] : [target.node])]

function mostTouched(paths: readonly Probed[]): { readonly node: string; readonly count: number } {
  const counts = new Map<string, number>()
  for (const node of paths.flatMap(endsOf)) counts.set(node, (counts.get(node) ?? 0) + 1)
  const [first] = [...counts].sort(([a, x], [b, y]) => y - x || compareText(a, b))
  return { node: first?.[0] ?? '', count: first?.[1] ?? 0 }
}

function describe(node: string, paths: readonly Probed[]): string {
  const from = paths.filter(path => path.node === node)
  const to = paths.filter(path => path.node !== node)
  if (to.length === 0) return `from ${node} to others`
  return from.length === 0 ? `from others to ${node}` : `between ${node} and others`
}
