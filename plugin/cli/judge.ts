import type { PartName } from '../../shared/snapshot.ts'
import type { AnyCheck } from '../engine/check.ts'
import { type Filter, filterReport } from '../engine/filter.ts'
import type { Report } from '../engine/report.ts'
import { runChecks } from '../engine/run.ts'
import type { ClusterPartName, Snapshot } from '../engine/snapshot.ts'

/** What is asked of a snapshot. */
export interface JudgeRequest {
  readonly checks: readonly AnyCheck[]
  /** Parts of nodes that are shown beside what checks need. */
  readonly shown: readonly PartName[]
  /** Parts of the API's state that are shown, or by which findings are grouped, beside what checks need. */
  readonly shownCluster?: readonly ClusterPartName[]
  readonly filter: Filter
}

export const everything: Filter = { severity: 'info', isWanted: () => true }

/** What the chosen checks say of a snapshot, reduced to what is wanted. */
export const judge = (snapshot: Snapshot, { checks, filter }: JudgeRequest): Report =>
  filterReport(runChecks(snapshot, checks), filter)
