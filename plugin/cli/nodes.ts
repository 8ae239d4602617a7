import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { nodeChecks } from '../engine/choose-checks.ts'
import { exitCodeOf } from '../engine/exit-code.ts'
import { runChecks } from '../engine/run.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { checks as allChecks } from '../gen/checks.ts'
import { describeNodes, overviewParts } from '../model/node-overview.ts'
import { odditiesOf } from '../model/oddities.ts'
import { isDataFormat, renderData } from '../report/data.ts'
import { renderNodes } from '../report/nodes.ts'
import { renderOddities } from '../report/oddities.ts'
import { renderText } from '../report/text.ts'
import type { Options } from './command.ts'
import type { From } from './from.ts'
import type { Io } from './io.ts'
import { parseReportOptions } from './render.ts'

const schema = z.object({ node: z.optional(z.array(z.string())), selector: z.optional(z.string()) })

const checks = nodeChecks(allChecks)

/** The requested nodes: by name, by label selector, or all when both are empty. */
export interface NodeChoice {
  readonly names: readonly string[]
  readonly selector: string | undefined
}

/** `nodes`: reads the nodes, judges them, prints report and table. Returns the exit code. */
export async function runNodes(options: Options, io: Io): Promise<number> {
  const start = io.now()
  const { node = [], selector } = z.parse(schema, options)
  if (node.length > 0 && selector !== undefined) {
    throw new NetcheckError('USAGE', 'names of nodes and --selector cannot be combined')
  }
  const choice = { names: [...new Set(node)], selector }
  const { from, output, failOn } = parseReportOptions(options)
  const renderHtml = output === 'html' ? (await import('../report/html.ts')).renderHtml : null
  const print = (snapshot: Snapshot): number => {
    const isChosen = choice.names.length > 0 || choice.selector !== undefined
    const report = runChecks(snapshot, checks, isChosen ? new Set(snapshot.nodes.map(({ name }) => name)) : undefined)
    const overview = describeNodes(snapshot, report.findings)
    const seconds = from === undefined ? (io.now() - start) / 1000 : null
    if (renderHtml) io.out(renderHtml(report, snapshot))
    else if (isDataFormat(output))
      io.out(renderData({ ...report, nodes: overview, differs: odditiesOf(snapshot) }, output))
    else {
      const wide = output === 'wide'
      const differs = wide ? renderOddities(odditiesOf(snapshot)) : ''
      const text = renderText(report, { paint: io.paint, width: io.width, wide, seconds })
      io.out(`${text}\n${renderNodes(overview, { wide })}${differs}`)
    }
    return exitCodeOf(report, failOn)
  }
  if (from !== undefined) return print(await replayed(from, choice, io))
  const { readLive } = await import('./live.ts')
  return readLive({ options, choice, io, request: { checks, shown: overviewParts }, withAgents: true, print })
}

async function replayed(from: From, choice: NodeChoice, io: Io): Promise<Snapshot> {
  const { readBundle } = await import('./read-bundle.ts')
  const { chooseNodes } = await import('./choose-nodes.ts')
  return chooseNodes(await readBundle(from, { checks, shown: overviewParts }, io), choice)
}
