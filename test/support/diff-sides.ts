import type { Report } from '../../plugin/engine/report.ts'
import { compare } from '../../plugin/model/diff/compare.ts'
import type { Difference } from '../../plugin/model/diff/difference.ts'
import { report } from './report-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from './snapshot.ts'

/** One side of a comparison: what was read, and what checks say of it. */
export interface GivenSide {
  readonly cluster?: GivenCluster
  readonly nodes?: Readonly<Record<string, GivenParts | string>>
  readonly report?: Report
}

/** How b differs from a. */
export const diff = (a: GivenSide, b: GivenSide): Difference => compare(side('a', a), side('b', b))

const side = (name: string, { cluster = {}, nodes = {}, report: judged = report() }: GivenSide) => ({
  name,
  snapshot: snapshot({ cluster, nodes }),
  report: judged,
})
