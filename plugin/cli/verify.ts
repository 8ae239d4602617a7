import * as z from 'zod/mini'
import { oneLine } from '../../shared/text.ts'
import type { Report } from '../engine/report.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { parseFindingId, type Verification, verificationOf } from '../engine/verify.ts'
import { checks } from '../gen/checks.ts'
import { isDataFormat, renderData } from '../report/data.ts'
import { analyzeBundle } from './analyze-bundle.ts'
import { requireKnown } from './choose-nodes.ts'
import type { Options } from './command.ts'
import { fromSchema } from './from.ts'
import type { Io } from './io.ts'
import { everything, judge } from './judge.ts'
import { parseReportOptions } from './render.ts'

const schema = z.object({ id: z.string(), from: z.optional(fromSchema) })

/**
 * `verify`: reads the inputs of one finding again. Exit code 0 when it is gone, 1 when it is still there, 3 when that
 * is unknown.
 */
export async function runVerify(options: Options, io: Io): Promise<number> {
  const { id, from } = z.parse(schema, options)
  const { output } = parseReportOptions(options)
  const asked = parseFindingId(id, checks)
  const request = { checks: [asked.check], shown: [], filter: everything }
  const print = (snapshot: Snapshot, report: Report): number => {
    if (asked.node !== null) {
      requireKnown(
        [asked.node],
        snapshot.nodes.map(({ name }) => name),
      )
    }
    const verification = verificationOf(asked, report)
    const isData = isDataFormat(output)
    io.out(isData ? renderData({ ...report, verification }, output) : `${describe(asked.id, verification)}\n`)
    return exitCodes[verification.state]
  }
  if (from !== undefined) {
    const { snapshot, report } = await analyzeBundle(from, request, io)
    return print(snapshot, report)
  }
  const { readLive } = await import('./live.ts')
  return readLive({
    options,
    io,
    request,
    withAgents: asked.check.scope === 'node' || asked.check.wants.length > 0,
    probing: asked.check.wants.includes('probes') ? { outside: [] } : null,
    choice: { names: asked.node !== null && asked.check.scope === 'node' ? [asked.node] : [], selector: undefined },
    print: snapshot => print(snapshot, judge(snapshot, request)),
  })
}

const exitCodes = { gone: 0, there: 1, unknown: 3 } as const

function describe(id: string, verification: Verification): string {
  if (verification.state === 'gone') return `gone: ${oneLine(id)} (${verification.why})`
  if (verification.state === 'unknown') return `cannot say: ${oneLine(id)}: ${oneLine(verification.why, 600)}`
  const { message, evidence } = verification.finding
  const lines = evidence.map(({ at, observed }) => `  evidence ${oneLine(at)}: ${oneLine(observed, 220)}`)
  return [`still there: ${oneLine(id)}: ${oneLine(message)}`, ...lines].join('\n')
}
