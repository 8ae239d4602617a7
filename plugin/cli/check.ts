import { chooseChecks } from '../engine/choose-checks.ts'
import { exitCodeOf } from '../engine/exit-code.ts'
import type { Report } from '../engine/report.ts'
import { checks } from '../gen/checks.ts'
import { renderData } from '../report/data.ts'
import { renderText } from '../report/text.ts'
import { analyzeBundle } from './analyze-bundle.ts'
import { parseFilterOptions } from './check-options.ts'
import type { Options } from './command.ts'
import type { Io } from './io.ts'
import { type JudgeRequest, judge } from './judge.ts'
import { parseReportOptions } from './render.ts'

/** `check`: reads the cluster, or a recording, and prints what is wrong with it. Returns the exit code. */
export async function runCheck(options: Options, io: Io): Promise<number> {
  const start = io.now()
  const { from, failOn, output } = parseReportOptions(options)
  const filter = parseFilterOptions(options)
  const request: JudgeRequest = {
    checks: chooseChecks(checks, filter),
    shown: [],
    filter: { severity: filter.severity, isWanted: () => true },
  }
  const print = (report: Report): number => {
    const seconds = from === undefined ? (io.now() - start) / 1000 : null
    if (output === 'json' || output === 'yaml') io.out(renderData(report, output))
    else io.out(renderText(report, { paint: io.paint, width: io.width, wide: output === 'wide', seconds }))
    return exitCodeOf(report, failOn)
  }
  if (from !== undefined) return print((await analyzeBundle(from, request)).report)
  const { readLive } = await import('./live.ts')
  const choice = { names: [], selector: undefined }
  return readLive({ options, choice, io, request, print: snapshot => print(judge(snapshot, request)) })
}
