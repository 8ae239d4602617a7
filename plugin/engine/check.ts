import type { Evidence, Remedy, Severity, Subject } from '../../shared/finding.ts'

import type { NodeParts, PartName, PartValues } from '../../shared/snapshot.ts'
import type { ClusterPartName, ClusterParts, ClusterValues } from './snapshot.ts'

/** What a check says before the engine adds code, id, severity and edges. */
export interface Draft {
  /** Defaults to the node of a node check. */
  readonly subject?: Subject
  /** Distinguishes several findings of one check on one subject. */
  readonly key?: string
  /** Defaults to the check's own; a mere deviation may say less. */
  readonly severity?: Severity
  readonly confidence?: 'certain' | 'likely'
  /** One sentence, the failing state first, no verb form of command. */
  readonly message: string
  readonly evidence: readonly Evidence[]
  readonly danger: string
  readonly remedies: readonly Remedy[]
  /** Defaults to `verify` with the id of the finding. */
  readonly verify?: string
}

/** Nodes about which a check of the cluster could not decide, with the reason. */
export interface Undecided {
  readonly nodes: readonly string[]
  readonly why: string
}

/**
 * Three answers and a fourth for what does not exist here. `not-run` says what could not be looked at; a check of the
 * cluster that found something, or nothing, on some nodes says with `undecided` which others it could not judge.
 */
export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'found'; readonly drafts: readonly Draft[]; readonly undecided?: readonly Undecided[] }
  | { readonly kind: 'not-applicable'; readonly why: string }
  | { readonly kind: 'not-run'; readonly why: string }

export const passed: Outcome = { kind: 'passed' }
export const found = (...drafts: readonly Draft[]): Outcome => (drafts.length > 0 ? { kind: 'found', drafts } : passed)
/** What was found where it could be looked, and where it could not; drafts may be empty. */
export const foundAmong = (drafts: readonly Draft[], undecided: readonly Undecided[]): Outcome =>
  undecided.length === 0 ? found(...drafts) : { kind: 'found', drafts, undecided }
export const notApplicable = (why: string): Outcome => ({
  kind: 'not-applicable',
  why,
})
export const notRun = (why: string): Outcome => ({ kind: 'not-run', why })

interface Meta {
  readonly code: string
  readonly severity: Severity
  /** Name of the failing state, without a verb: `CNI plugin binary missing`. */
  readonly title: string
  /** Codes of symptoms that this state causes where subjects touch. */
  readonly explains: readonly string[]
}

/** Of what a check wants, inputs that may hold the fault alone: where one is unread, the engine lets nothing pass. */
interface Decided<W extends PartName, V extends ClusterPartName> {
  readonly decisive: readonly (W | V)[]
}

/** What a node check is given: the parts that it declared, and nothing else. `wants` may be unread. */
export interface NodeInput<
  N extends PartName,
  W extends PartName,
  C extends ClusterPartName,
  V extends ClusterPartName,
> {
  readonly node: string
  readonly parts: Pick<PartValues, N>
  readonly maybe: Pick<NodeParts, W>
  readonly cluster: Pick<ClusterValues, C>
  readonly maybeCluster: Pick<ClusterParts, V>
  /** When the snapshot was taken, in ms since the epoch. */
  readonly takenAt: number
}

/** Judges one node at a time. Not run on a node where one of `needs` is unread. */
export interface NodeCheck<
  N extends PartName = PartName,
  W extends PartName = PartName,
  C extends ClusterPartName = ClusterPartName,
  V extends ClusterPartName = ClusterPartName,
> extends Meta,
    Decided<W, V> {
  readonly scope: 'node'
  readonly needs: readonly N[]
  readonly wants: readonly W[]
  readonly cluster: readonly C[]
  readonly wantsCluster: readonly V[]
  run(input: NodeInput<N, W, C, V>): Outcome
}

/** What a cluster check is given: API state, and of every node whether and why not it was read. */
export interface ClusterInput<W extends PartName, C extends ClusterPartName, V extends ClusterPartName> {
  readonly cluster: Pick<ClusterValues, C>
  readonly maybeCluster: Pick<ClusterParts, V>
  /** By node name; only nodes that were read. */
  readonly nodes: ReadonlyMap<string, Pick<NodeParts, W>>
  /** Nodes that agents were sent to and that gave nothing, with the reason. */
  readonly notRead: ReadonlyMap<string, string>
  readonly takenAt: number
}

/** Judges the cluster as a whole. Not run where one of `cluster` is unread. */
export interface ClusterCheck<
  W extends PartName = PartName,
  C extends ClusterPartName = ClusterPartName,
  V extends ClusterPartName = ClusterPartName,
> extends Meta,
    Decided<W, V> {
  readonly scope: 'cluster'
  readonly wants: readonly W[]
  readonly cluster: readonly C[]
  readonly wantsCluster: readonly V[]
  run(input: ClusterInput<W, C, V>): Outcome
}

/**
 * A check of the registry. Which inputs it declared is known only to itself; the engine hands it exactly those, so the
 * input's type is erased here and nowhere else.
 */
export type AnyCheck =
  | (Omit<NodeCheck, 'run'> & { run(input: unknown): Outcome })
  | (Omit<ClusterCheck, 'run'> & { run(input: unknown): Outcome })

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>

export const nodeCheck = <
  N extends PartName,
  W extends PartName = never,
  C extends ClusterPartName = never,
  V extends ClusterPartName = never,
>(
  check: Omit<Optional<NodeCheck<N, W, C, V>, 'wants' | 'cluster' | 'wantsCluster' | 'decisive'>, 'scope'>,
): NodeCheck<N, W, C, V> => ({
  wants: [],
  cluster: [],
  wantsCluster: [],
  decisive: [],
  ...check,
  scope: 'node',
})

export const clusterCheck = <
  W extends PartName = never,
  C extends ClusterPartName = never,
  V extends ClusterPartName = never,
>(
  check: Omit<Optional<ClusterCheck<W, C, V>, 'wants' | 'cluster' | 'wantsCluster' | 'decisive'>, 'scope'>,
): ClusterCheck<W, C, V> => ({
  wants: [],
  cluster: [],
  wantsCluster: [],
  decisive: [],
  ...check,
  scope: 'cluster',
})
