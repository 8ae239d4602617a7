import type { PartName } from '../../shared/snapshot.ts'
import type { AnyCheck } from '../engine/check.ts'
import { type Filter, filterReport } from '../engine/filter.ts'
import type { Report } from '../engine/report.ts'
import { runChecks } from '../engine/run.ts'
import type { ClusterPartName, Snapshot } from '../engine/snapshot.ts'

/** Which checks to run on a snapshot, and what to show. */
export interface JudgeRequest {
  readonly checks: readonly AnyCheck[]
  /** Node parts to show, in addition to what checks need. */
  readonly shown: readonly PartName[]
  /** Cluster parts to show or to group findings by, in addition to what checks need. */
  readonly shownCluster?: readonly ClusterPartName[]
  readonly filter: Filter
}

/** The filter that keeps every finding. */
export const everything: Filter = { severity: 'info', isWanted: () => true }

/** Runs the chosen checks on a snapshot and filters the report. */
export const judge = (snapshot: Snapshot, { checks, filter }: JudgeRequest): Report =>
  filterReport(runChecks(snapshot, checks), filter)
