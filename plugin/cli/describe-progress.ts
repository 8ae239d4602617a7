import { counted, oneLine } from '../../shared/text.ts'
import type { Progress } from '../agents/board.ts'

/** The progress of a run on one line; nodes that wait for the same thing are grouped. */
export function describeProgress({ done, total, waiting }: Progress): string {
  const reasons = new Map<string, string[]>()
  for (const { node, why } of waiting) reasons.set(why, [...(reasons.get(why) ?? []), node])
  const groups = [...reasons].map(([why, nodes]) => `${naming(nodes)}: ${oneLine(why, 60)}`)
  return `${done} of ${counted(total, 'node')} read${groups.length > 0 ? `, waiting for ${groups.join('; ')}` : ''}`
}

const naming = (nodes: readonly string[]): string => (nodes.length > 3 ? `${nodes.length} nodes` : nodes.join(', '))
