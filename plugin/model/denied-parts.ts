import type { NodeSnapshot } from '../../shared/snapshot.ts'

/** Parts in which the agent was denied access on any node, sorted by name. */
export function deniedParts(nodes: readonly NodeSnapshot[]): readonly string[] {
  const denied = nodes.flatMap(node =>
    node.status === 'read' ? Object.entries(node.parts).flatMap(([name, part]) => (isDenied(part) ? [name] : [])) : [],
  )
  return [...new Set(denied)].sort()
}

/** Parts are readings that contain further readings. */
function isDenied(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if ('reason' in value && value.reason === 'denied' && 'status' in value && value.status === 'unavailable') return true
  return Object.values(value).some(isDenied)
}
