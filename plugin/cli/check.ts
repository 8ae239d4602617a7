import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { exitCodeOf } from '../engine/exit-code.ts'
import type { Report } from '../engine/report.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { describeNodes, overviewParts } from '../model/node-overview.ts'
import { renderData } from '../report/data.ts'
import type { PageTable } from '../report/html.ts'
import { renderNodes } from '../report/nodes.ts'
import { renderText } from '../report/text.ts'
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
    if (renderHtml) io.out(renderHtml(report, snapshot, pageTables(request, { snapshot, report })))
    else
      io.out(
        output === 'json' || output === 'yaml'
          ? renderData({ ...report, ...tableOf(request, snapshot, report) }, output)
          : `${renderText(report, { paint: io.paint, width: io.width, wide: output === 'wide', seconds })}${tables(request, { snapshot, report, wide: output === 'wide' })}`,
      )
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

/** The view's table as data, or the node table without a view. */
const tableOf = ({ view, focus }: CheckRequest, snapshot: Snapshot, report: Report): object =>
  view ? { [view.key]: view.show(snapshot, report, focus).rows } : { nodes: describeNodes(snapshot, report.findings) }

/** The view's table for an HTML page, which always has the node table. */
const pageTables = (
  { view, focus }: CheckRequest,
  { snapshot, report }: { readonly snapshot: Snapshot; readonly report: Report },
): readonly PageTable[] => (view ? [{ title: view.key, text: view.show(snapshot, report, focus).text(true) }] : [])

function tables(
  { view, focus }: CheckRequest,
  { snapshot, report, wide }: { readonly snapshot: Snapshot; readonly report: Report; readonly wide: boolean },
): string {
  if (view) return `\n${view.show(snapshot, report, focus).text(wide)}`
  return wide ? `\n${renderNodes(describeNodes(snapshot, report.findings), true)}` : ''
}
