import { backendChain } from './chain-names.ts'
import { type ExpectedRules, frontendsOn } from './expected-rules.ts'
import { type Frontend, familyOfKey, isNodePort } from './frontend.ts'
import type { Affinity, ObservedRules } from './observed-rules.ts'

/** How the rules of one frontend differ from what services and endpoints ask for. */
export interface Deviation {
  readonly frontend: Frontend
  /**
   * `missing`: no rule leads anywhere. `refused`: rules still say that it has no endpoints. `differs`: they lead to
   * other backends.
   */
  readonly kind: 'missing' | 'refused' | 'differs'
  /** Backends in the rules that are not usable in any slice. */
  readonly stale: readonly string[]
  /** Backends that the rules lack. */
  readonly absent: readonly string[]
}

/** A frontend whose rules keep clients otherwise than its service asks for. */
export interface AffinityDeviation {
  readonly frontend: Frontend
  /** Affinity of the rules; null without any. */
  readonly affinity: Affinity | null
}

/** What a comparison found on one node. */
export interface Comparison {
  readonly mode: ObservedRules['mode']
  /** Frontends that were compared. */
  readonly compared: number
  readonly deviations: readonly Deviation[]
  /** Of frontends whose rules lead somewhere. */
  readonly affinity: readonly AffinityDeviation[]
}

/** Linear in frontends and backends. */
export function compareRules(expected: ExpectedRules, observed: ObservedRules, node: string): Comparison {
  const deviations: Deviation[] = []
  const affinity: AffinityDeviation[] = []
  let compared = 0
  for (const frontend of frontendsOn(expected, node)) {
    const { key } = frontend
    if (!observed.families.has(familyOfKey(key)) || (isNodePort(key) && !observed.hasNodePorts)) continue
    compared += 1
    const deviation = compareFrontend(frontend, observed)
    if (deviation) deviations.push(deviation)
    if (keepsOtherwise(frontend, observed)) affinity.push({ frontend, affinity: observed.affinity.get(key) ?? null })
  }
  return { mode: observed.mode, compared, deviations, affinity }
}

function keepsOtherwise({ key, affinity }: Frontend, observed: ObservedRules): boolean {
  if (!observed.frontends.get(key)?.size) return false
  const kept = observed.affinity.get(key)
  if (kept === undefined || affinity === null) return (kept === undefined) !== (affinity === null)
  return kept.seconds !== null && kept.seconds !== affinity
}

function compareFrontend(frontend: Frontend, { frontends, refused }: ObservedRules): Deviation | null {
  const { key, isNeeded, wanted, allowed } = frontend
  const rules = frontends.get(key)
  if (rules === undefined || rules.size === 0) {
    if (!isNeeded) return null
    return { frontend, kind: refused.has(key) ? 'refused' : 'missing', stale: [], absent: [...wanted] }
  }
  const known = without(rules, allowed).some(isChain) ? withoutChains(rules, frontend) : rules
  const stale = without(known, allowed)
  const absent = without(wanted, known)
  return stale.length + absent.length > 0 ? { frontend, kind: 'differs', stale, absent } : null
}

/** Allocates only when something remains: nearly all frontends are correct. */
function without(some: ReadonlySet<string>, others: ReadonlySet<string>): readonly string[] {
  let left: string[] | null = null
  for (const each of some) {
    if (others.has(each)) continue
    left ??= []
    left.push(each)
  }
  return left ?? none
}

const none: readonly string[] = []

const isChain = (backend: string): boolean => backend.startsWith('KUBE-')

/** Chains whose rule could not be read lead where their name says. */
function withoutChains(rules: ReadonlySet<string>, { port, allowed }: Frontend): ReadonlySet<string> {
  const byChain = new Map([...allowed].map(backend => [backendChain(port, backend), backend]))
  return new Set([...rules].map(backend => byChain.get(backend) ?? backend))
}
