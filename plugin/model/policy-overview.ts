import { isOk } from '../../shared/reading.ts'
import type { NetworkPolicy, PolicyRule } from '../cluster/network-policies.ts'
import type { Report } from '../engine/report.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { matchesLabels, selectorText } from './label-match.ts'
import { podKey } from './pods.ts'
import { policyEngines } from './policy-engine.ts'
import { livePodsIn } from './service-backends.ts'

/** One policy, whom it selects, and who enforces it. */
export interface PolicyOverview {
  readonly namespace: string
  readonly name: string
  readonly types: readonly string[]
  readonly selector: string
  /** Live pods that it selects; null when pods were not read. */
  readonly pods: number | null
  readonly ingress: string
  readonly egress: string
  /** Programs that enforce policies, empty where none is known; null when that was not read. */
  readonly enforcedBy: readonly string[] | null
  /** Codes of findings that name it, but notes. */
  readonly findings: readonly string[]
}

/** Wanted policies in the order of their names. */
export function describePolicies(
  { cluster }: Snapshot,
  { findings }: Report,
  isWanted: (policy: NetworkPolicy) => boolean,
): readonly PolicyOverview[] {
  const policies = isOk(cluster.networkPolicies) ? cluster.networkPolicies.value : []
  const pods = isOk(cluster.pods) ? cluster.pods.value : null
  const engines = pods && isOk(cluster.nodes) ? policyEngines(pods, cluster.nodes.value) : null
  return policies
    .filter(isWanted)
    .toSorted((a, b) => (podKey(a) < podKey(b) ? -1 : 1))
    .map(policy => {
      const place = `NetworkPolicy ${podKey(policy)}`
      const own = findings.filter(
        ({ severity, evidence }) => severity !== 'info' && evidence.some(({ at }) => at === place),
      )
      return {
        namespace: policy.namespace,
        name: policy.name,
        types: policy.types,
        selector: selectorText(policy.podSelector),
        pods:
          pods &&
          livePodsIn(policy.namespace, pods).filter(pod => matchesLabels(policy.podSelector, pod.labels)).length,
        ingress: policy.types.includes('Ingress') ? rulesText(policy.ingress) : 'open',
        egress: policy.types.includes('Egress') ? rulesText(policy.egress) : 'open',
        enforcedBy: engines?.map(({ name }) => name) ?? null,
        findings: [...new Set(own.map(({ code }) => code))],
      }
    })
}

/** `none` isolates wholly, `any` allows everything. */
function rulesText(rules: readonly PolicyRule[]): string {
  if (rules.length === 0) return 'none'
  if (rules.some(({ peers, ports }) => peers.length === 0 && ports.length === 0)) return 'any'
  return rules.length === 1 ? '1 rule' : `${rules.length} rules`
}
