import type { Evidence, Remedy, Severity, Subject } from '../../shared/finding.ts'

import type { NodeParts, PartName, PartValues } from '../../shared/snapshot.ts'
import type { ClusterPartName, ClusterParts, ClusterValues } from './snapshot.ts'

/** What a check says before the engine adds code, id, severity and edges. */
export interface Draft {
  /** Defaults to the node of a node check. */
  readonly subject?: Subject
  /** Distinguishes several findings of one check on one subject. */
  readonly key?: string
  /** Defaults to the check's severity. */
  readonly severity?: Severity
  readonly confidence?: 'certain' | 'likely'
  /** One sentence that begins with the failing state, not an instruction. */
  readonly message: string
  readonly evidence: readonly Evidence[]
  readonly danger: string
  readonly remedies: readonly Remedy[]
  /** Defaults to `verify` with the id of the finding. */
  readonly verify?: string
}

/** Nodes that a cluster check could not judge, with the reason. */
export interface Undecided {
  readonly nodes: readonly string[]
  readonly why: string
}

/**
 * The three answers, and `not-applicable` for what this cluster does not have. `not-run` says why there is no answer. A
 * cluster check that judged only some nodes lists the others in `undecided`.
 */
export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'found'; readonly drafts: readonly Draft[]; readonly undecided?: readonly Undecided[] }
  | { readonly kind: 'not-applicable'; readonly why: string }
  | { readonly kind: 'not-run'; readonly why: string }

/** The check found nothing. */
export const passed: Outcome = { kind: 'passed' }
/** The check found these states, or nothing when there are none. */
export const found = (...drafts: readonly Draft[]): Outcome => (drafts.length > 0 ? { kind: 'found', drafts } : passed)
/** Findings on the nodes that could be judged, and the nodes that could not; drafts may be empty. */
export const foundAmong = (drafts: readonly Draft[], undecided: readonly Undecided[]): Outcome =>
  undecided.length === 0 ? found(...drafts) : { kind: 'found', drafts, undecided }
/** What the check judges does not exist in this cluster. */
export const notApplicable = (why: string): Outcome => ({
  kind: 'not-applicable',
  why,
})
/** The check has no answer. */
export const notRun = (why: string): Outcome => ({ kind: 'not-run', why })

interface Meta {
  readonly code: string
  readonly severity: Severity
  /** Name of the failing state, without a verb: `CNI plugin binary missing`. */
  readonly title: string
  /** Codes of findings that this state can cause on subjects that touch. */
  readonly explains: readonly string[]
}

/**
 * Those of a check's wanted inputs that alone may show the fault: while one is unread, the engine does not let the
 * check pass.
 */
interface Decided<W extends PartName, V extends ClusterPartName> {
  readonly decisive: readonly (W | V)[]
}

/** Input of a node check: only the declared parts. `maybe` and `maybeCluster` may be unread. */
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

/** Input of a cluster check: API state, the parts of the nodes that were read, and why others were not. */
export interface ClusterInput<W extends PartName, C extends ClusterPartName, V extends ClusterPartName> {
  readonly cluster: Pick<ClusterValues, C>
  readonly maybeCluster: Pick<ClusterParts, V>
  /** By node name; only nodes that were read. */
  readonly nodes: ReadonlyMap<string, Pick<NodeParts, W>>
  /** Nodes that were not read, with the reason. */
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
 * A check in the registry. Only the check itself knows the type of its declared inputs, which the engine passes to it;
 * the type is erased here and nowhere else.
 */
export type AnyCheck =
  | (Omit<NodeCheck, 'run'> & { run(input: unknown): Outcome })
  | (Omit<ClusterCheck, 'run'> & { run(input: unknown): Outcome })

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>

/** Defines a check that judges one node at a time. */
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

/** Defines a check that judges the cluster as a whole. */
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
