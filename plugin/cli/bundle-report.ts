import type { BundleEntry } from '../bundle/entry.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { checks } from '../gen/checks.ts'
import { describeNodes, overviewParts } from '../model/node-overview.ts'
import { renderData } from '../report/data.ts'
import { renderHtml } from '../report/html.ts'
import { renderNodes } from '../report/nodes.ts'
import { plain } from '../report/paint.ts'
import { renderText } from '../report/text.ts'
import { everything, type JudgeRequest, judge } from './judge.ts'

/** Runs all checks and shows the nodes. */
const bundleRequest: JudgeRequest = { checks, shown: overviewParts, filter: everything }

/** The report of `check` on the contents of a bundle as text, JSON and HTML, and its first line. */
export function reportEntries(snapshot: Snapshot): { readonly entries: readonly BundleEntry[]; readonly line: string } {
  const report = judge(snapshot, bundleRequest)
  const nodes = describeNodes(snapshot, report.findings)
  const text = renderText(report, { paint: plain, width: Number.POSITIVE_INFINITY, wide: true, seconds: null })
  const files = {
    'report.txt': `${text}\n${renderNodes(nodes, { wide: true })}`,
    'report.json': renderData({ ...report, nodes }, 'json'),
    'report.html': renderHtml(report, snapshot),
  }
  const encoder = new TextEncoder()
  return {
    entries: Object.entries(files).map(([path, content]) => ({ path, bytes: encoder.encode(content) })),
    line: text.split('\n')[0] ?? '',
  }
}
