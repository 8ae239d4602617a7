import type { AffinityDeviation } from './comparison.ts'
import type { ProxyMode } from './observed-rules.ts'
import type { SurveyedNode } from './survey.ts'

/** Where a node keeps clients of a service otherwise than it asks for. */
export interface AffinityFault extends AffinityDeviation {
  readonly node: string
  readonly mode: ProxyMode
}

/** By service, `ns/name`. */
export function affinityFaults(nodes: readonly SurveyedNode[]): ReadonlyMap<string, readonly AffinityFault[]> {
  const faults = new Map<string, AffinityFault[]>()
  for (const { node, mode, affinity } of nodes) {
    for (const deviation of affinity) {
      const { service } = deviation.frontend
      const known = faults.get(service) ?? []
      known.push({ node, mode, ...deviation })
      faults.set(service, known)
    }
  }
  return faults
}
