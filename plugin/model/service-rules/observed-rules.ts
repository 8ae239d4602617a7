import type { Family } from './frontend.ts'

/** A way in which kube-proxy writes rules. */
export type ProxyMode = 'iptables' | 'nftables' | 'ipvs'

/** Rules that keep a client at its backend. */
export interface Affinity {
  /** How long after its last connection; null where that was not read. */
  readonly seconds: number | null
}

/** Service rules that one node holds in one mode. */
export interface ObservedRules {
  readonly mode: ProxyMode
  /** Families that were read; of another nothing can be said. */
  readonly families: ReadonlySet<Family>
  /**
   * Backends by key of the frontend; none where the rules lead nowhere or refuse. A backend that could not be read is
   * the name of its chain.
   */
  readonly frontends: ReadonlyMap<string, ReadonlySet<string>>
  /** By key of the frontend; none where any client may come to any backend. */
  readonly affinity: ReadonlyMap<string, Affinity>
  /** Frontends that are refused because they had no backend. */
  readonly refused: ReadonlySet<string>
  /** True when node ports are among the frontends. */
  readonly hasNodePorts: boolean
}

/** What one chain holds itself. */
export interface ChainContent {
  readonly backends: readonly string[]
  /** Chains that it leads to. */
  readonly chains: readonly string[]
  readonly affinity: Affinity | null
}

/** What a chain comes to with all chains that it leads to. */
export interface Lead {
  readonly backends: ReadonlySet<string>
  readonly affinity: Affinity | null
}

/** Follows chains to their ends, each chain once. */
export function chainFollower(read: (chain: string) => ChainContent | null): (chain: string) => Lead {
  const known = new Map<string, Lead>()
  const follow = (chain: string, depth: number): Lead => {
    const before = known.get(chain)
    if (before) return before
    const content = depth > deepest ? null : read(chain)
    const backends = new Set(content?.backends ?? [])
    let affinity = content?.affinity ?? null
    for (const next of content?.chains ?? []) {
      const lead = follow(next, depth + 1)
      for (const backend of lead.backends) backends.add(backend)
      affinity ??= lead.affinity
    }
    const lead = { backends, affinity }
    known.set(chain, lead)
    return lead
  }
  return chain => follow(chain, 0)
}

/** kube-proxy's own are four deep. */
const deepest = 8
