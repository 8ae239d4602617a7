import type { View } from './packet.ts'
import type { Truth } from './truth.ts'

/** Actions common to iptables and nf_tables, so that one walk can follow both. */
export type Action =
  | { readonly kind: 'accept' | 'drop' | 'reject' | 'return' }
  /** Another program decides, or the effect is not known. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: Chain }
  /** New mark: (old & ~mask) ^ value. */
  | { readonly kind: 'mark'; readonly value: number; readonly mask: number }
  | { readonly kind: 'any-mark' }
  | { readonly kind: 'untrack' }
  /** Translates addresses and ends the chain. */
  | { readonly kind: 'translate' }

/** An action and when it applies; the steps of a rule run in order. */
export interface Step {
  readonly truth: Truth
  readonly action: Action
}

/** The rule or policy that made a decision. */
export interface Origin {
  /** `iptables-nft`, `iptables-legacy` or `nft`. */
  readonly backend: Backend
  /** Such as `filter`; in nf_tables with its family, such as `inet firewalld`. */
  readonly table: string
  readonly chain: string
  /** A rule, or the policy at the end of a chain. */
  readonly kind: 'rule' | 'policy'
  /** The rule or policy as it is printed on the node. */
  readonly text: string
  readonly comment: string | null
  /** Whether the rule is independent of addresses, ports, devices, protocols and marks. */
  readonly isCatchAll: boolean
  /** True when it stops some of these packets, by chance. */
  readonly isByChance?: true
  /** Its packet counter; null without one. */
  readonly packets: number | null
}

export type Backend = 'iptables-nft' | 'iptables-legacy' | 'nft'

/** A compiled rule: its conditions and actions, and where it is from. */
export interface FilterRule {
  /** The steps that may apply to the packet; empty when it does not match. */
  readonly steps: (view: View) => readonly Step[]
  readonly origin: Origin
}

/** A chain of rules, called by the kernel or by other chains. */
export interface Chain {
  readonly name: string
  /** Created on first use: most chains of a node are never walked. */
  readonly rules: () => readonly FilterRule[]
}

export type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting'

/** A base chain, which the kernel calls. Lower priorities come first. */
export interface BaseChain extends Chain {
  readonly backend: Backend
  readonly table: string
  readonly hook: Hook
  readonly priority: number
  /** Whether it is a nat chain, which sees only the first packet of a connection. */
  readonly isNat: boolean
  readonly policy: 'accept' | 'drop' | 'unknown'
  readonly end: Origin
  /** It sees only packets that come, or after routing go, by one of these; all without. */
  readonly devices?: readonly string[]
}
