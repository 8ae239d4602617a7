import type { Family } from './frontend.ts'

/** A way in which kube-proxy writes rules. */
export type ProxyMode = 'iptables' | 'nftables' | 'ipvs'

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
  /** Frontends that are refused because they had no backend. */
  readonly refused: ReadonlySet<string>
  /** True when node ports are among the frontends. */
  readonly hasNodePorts: boolean
}

/** Backends by chain: what it leads to itself and through other chains. */
export interface ChainContent {
  readonly backends: readonly string[]
  readonly chains: readonly string[]
}

/** Follows chains to all of their backends, each chain once. */
export function backendFinder(read: (chain: string) => ChainContent | null): (chain: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>()
  const find = (chain: string, depth: number): ReadonlySet<string> => {
    const before = known.get(chain)
    if (before) return before
    const content = depth > deepest ? null : read(chain)
    const found = new Set(content?.backends ?? [])
    for (const next of content?.chains ?? []) for (const backend of find(next, depth + 1)) found.add(backend)
    known.set(chain, found)
    return found
  }
  return chain => find(chain, 0)
}

/** kube-proxy's own are four deep. */
const deepest = 8
