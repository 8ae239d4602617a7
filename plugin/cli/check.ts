import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { exitCodeOf } from '../engine/exit-code.ts'
import type { Report } from '../engine/report.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { describeNodes, overviewParts } from '../model/node-overview.ts'
import { isDataFormat, renderData } from '../report/data.ts'
import type { PageTable } from '../report/html.ts'
import { renderNodes } from '../report/nodes.ts'
import { renderText, type TextOptions } from '../report/text.ts'
import { analyzeBundle } from './analyze-bundle.ts'
import { type CheckRequest, parseCheckRequest } from './check-request.ts'
import type { Options } from './command.ts'
import { fromSchema } from './from.ts'
import type { Io } from './io.ts'
import { judge } from './judge.ts'
import { parseProbing } from './probing.ts'
import { parseReportOptions } from './render.ts'
import { requireFocus } from './require-focus.ts'

const schema = z.object({
  from: z.optional(fromSchema),
  noAgent: z.optional(z.boolean()),
  agentNamespace: z.optional(z.string()),
})

/** `check` and `analyze`: read the cluster or a recording and print the findings. Returns the exit code. */
export async function runCheck(options: Options, io: Io): Promise<number> {
  const start = io.now()
  const { from, noAgent = false, agentNamespace } = z.parse(schema, options)
  const { failOn, output } = parseReportOptions(options)
  const asked = parseCheckRequest(options)
  const renderHtml = output === 'html' ? (await import('../report/html.ts')).renderHtml : null
  const showsNodes = renderHtml !== null || (asked.view === null && output !== 'text')
  const request = showsNodes ? { ...asked, shown: [...asked.shown, ...overviewParts] } : asked
  const print = (snapshot: Snapshot, report: Report): number => {
    requireFocus(snapshot, request)
    const seconds = from === undefined ? (io.now() - start) / 1000 : null
    const judged = { snapshot, report }
    if (renderHtml) io.out(renderHtml(report, snapshot, pageTables(request, judged)))
    else if (isDataFormat(output)) io.out(renderData({ ...report, ...tableOf(request, judged) }, output))
    else io.out(textOf(request, judged, { paint: io.paint, width: io.width, wide: output === 'wide', seconds }))
    return exitCodeOf(report, failOn)
  }
  if (from !== undefined) {
    if (parseProbing(options)) throw new NetcheckError('USAGE', '--probe asks the network, which a recording is not')
    const { snapshot, report } = await analyzeBundle(from, request, io)
    return print(snapshot, report)
  }
  const { readLive } = await import('./live.ts')
  return readLive({
    options: { ...options, namespace: agentNamespace },
    choice: { names: [], selector: undefined },
    io,
    request,
    withAgents: !noAgent,
    probing: parseProbing(options),
    print: snapshot => print(snapshot, judge(snapshot, request)),
  })
}

interface Judged {
  readonly snapshot: Snapshot
  readonly report: Report
}

/** The view's table as data, or the node table without a view. */
const tableOf = ({ view, focus }: CheckRequest, { snapshot, report }: Judged): object =>
  view ? { [view.key]: view.show(snapshot, report, focus).rows } : { nodes: describeNodes(snapshot, report.findings) }

const whole = { wide: true, width: Number.POSITIVE_INFINITY }

/** The view's table for an HTML page, which always has the node table. */
const pageTables = ({ view, focus }: CheckRequest, { snapshot, report }: Judged): readonly PageTable[] =>
  view ? [{ title: view.key, text: view.show(snapshot, report, focus).text(whole) }] : []

/** The report as text, followed by the view's table, or with `-o wide` by that of the nodes. */
function textOf({ view, focus }: CheckRequest, { snapshot, report }: Judged, options: TextOptions): string {
  const text = renderText(report, options)
  if (view) return `${text}\n${view.show(snapshot, report, focus).text(options)}`
  return options.wide ? `${text}\n${renderNodes(describeNodes(snapshot, report.findings), { wide: true })}` : text
}
