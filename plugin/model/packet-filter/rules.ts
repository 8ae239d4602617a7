import type { View } from './packet.ts'
import type { Truth } from './truth.ts'

/** What iptables and nf_tables have in common: rules of one form, which one walk can follow. */
export type Action =
  | { readonly kind: 'accept' | 'drop' | 'reject' | 'return' }
  /** Somebody else decides, or what it does is not known. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: Chain }
  /** New mark: the old one without the bits of `mask`, then each bit of `value` turned. */
  | { readonly kind: 'mark'; readonly value: number; readonly mask: number }
  | { readonly kind: 'any-mark' }
  | { readonly kind: 'untrack' }
  /** Addresses change and the chain ends. */
  | { readonly kind: 'translate' }

/** What a rule does when it holds; several of one rule come one after the other. */
export interface Step {
  readonly truth: Truth
  readonly action: Action
}

/** Where a decision was made. */
export interface Origin {
  /** `iptables-nft`, `iptables-legacy` or `nft`. */
  readonly backend: Backend
  /** As `filter`; of nf_tables with its family, as `inet firewalld`. */
  readonly table: string
  readonly chain: string
  /** A rule, or what happens at the end of a chain. */
  readonly kind: 'rule' | 'policy'
  /** The rule or the policy as it can be found on the node. */
  readonly text: string
  readonly comment: string | null
  /** True when the rule asks neither for addresses nor ports, devices, protocols or marks. */
  readonly isCatchAll: boolean
  /** Packets that it has counted; null when not counted. */
  readonly packets: number | null
}

export type Backend = 'iptables-nft' | 'iptables-legacy' | 'nft'

export interface FilterRule {
  /** Nothing when it does not hold. */
  readonly steps: (view: View) => readonly Step[]
  readonly origin: Origin
}

export interface Chain {
  readonly name: string
  /** Made when first asked for: most chains of a node are never walked. */
  readonly rules: () => readonly FilterRule[]
}

export type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting'

/** A chain that the kernel calls. Lower priorities come first. */
export interface BaseChain extends Chain {
  readonly backend: Backend
  readonly table: string
  readonly hook: Hook
  readonly priority: number
  /** True for a chain that translates addresses, which sees only the first packet of a connection. */
  readonly isNat: boolean
  readonly policy: 'accept' | 'drop' | 'unknown'
  readonly end: Origin
}
