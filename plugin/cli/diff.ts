import * as z from 'zod/mini'
import type { Severity } from '../../shared/finding.ts'
import { severities } from '../../shared/finding.ts'
import { runChecks } from '../engine/run.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { checks } from '../gen/checks.ts'
import { compare } from '../model/diff/compare.ts'
import type { Judged } from '../model/diff/compare-findings.ts'
import type { Difference } from '../model/diff/difference.ts'
import { comparedParts } from '../model/diff/node-topics.ts'
import { timelineBetween } from '../model/timeline/between.ts'
import { timelineClusterParts, timelineParts } from '../model/timeline/make-timeline.ts'
import { isDataFormat, renderData } from '../report/data.ts'
import { renderDiff } from '../report/diff.ts'
import { renderTimeline } from '../report/timeline.ts'
import type { Options } from './command.ts'
import type { Io } from './io.ts'
import { readBundle } from './read-bundle.ts'
import { parseReportOptions } from './render.ts'
import { sinceOf } from './timeline-options.ts'

const schema = z.object({
  before: z.string(),
  after: z.optional(z.string()),
  timeline: z.boolean(),
  since: z.optional(z.string()),
  node: z.optional(z.array(z.string())),
})

/** All parts are compared and all checks run. */
const request = {
  checks,
  shown: [...comparedParts, ...timelineParts],
  shownCluster: timelineClusterParts,
} as const

/** `diff`: how a recording, or the cluster as it is now, differs from an earlier recording. Returns the exit code. */
export async function runDiff(options: Options, io: Io): Promise<number> {
  const { before, after, timeline, since, node = [] } = z.parse(schema, options)
  const { output, failOn } = parseReportOptions(options)
  const a = { name: before, ...judged(await readBundle(before, request, io)) }
  const print = (snapshot: Snapshot): number => {
    const b = { name: after ?? 'the cluster', ...judged(snapshot) }
    const difference = compare(a, b)
    const from = since === undefined ? null : sinceOf(since, Date.parse(snapshot.takenAt))
    const between = timeline
      ? timelineBetween({ a, b, difference }, { since: from, nodes: node, namespaces: [] })
      : null
    const text = { paint: io.paint, width: io.width, wide: output === 'wide' }
    io.out(
      isDataFormat(output)
        ? renderData(between ? { ...difference, timeline: between } : difference, output)
        : `${renderDiff(difference, text)}${between ? `\n${renderTimeline(between, text)}` : ''}`,
    )
    return exitCodeOfDiff(difference, failOn)
  }
  if (after !== undefined) return print(await readBundle(after, request, io))
  const { readLive } = await import('./live.ts')
  return readLive({ options, choice: { names: [], selector: undefined }, io, request, withAgents: true, print })
}

const judged = (snapshot: Snapshot): Judged => ({ snapshot, report: runChecks(snapshot, checks) })

/**
 * 1 for a finding that is new or became more severe, at or above `failOn`; 3 when there is none but something cannot be
 * compared.
 */
function exitCodeOfDiff({ findings, notComparable }: Difference, failOn: Severity | 'never'): 0 | 1 | 3 {
  const isGrave = (severity: Severity): boolean =>
    failOn !== 'never' && severities.indexOf(severity) <= severities.indexOf(failOn)
  const worse = findings.changed.filter(({ finding, from }) => isGrave(finding.severity) && !isGrave(from))
  if (findings.new.some(({ finding }) => isGrave(finding.severity)) || worse.length > 0) return 1
  return notComparable.length > 0 || findings.unknown.length > 0 ? 3 : 0
}
