import type { NodeSnapshot } from '../../shared/snapshot.ts'

/** Parts in which anything was denied to the agents, on any node, sorted by name. */
export function deniedParts(nodes: readonly NodeSnapshot[]): readonly string[] {
  const denied = nodes.flatMap(node =>
    node.status === 'read' ? Object.entries(node.parts).flatMap(([name, part]) => (isDenied(part) ? [name] : [])) : [],
  )
  return [...new Set(denied)].sort()
}

/** A part is a reading, and holds others. */
function isDenied(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if ('reason' in value && value.reason === 'denied' && 'status' in value && value.status === 'unavailable') return true
  return Object.values(value).some(isDenied)
}
