import type { Report } from '../engine/report.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { checks } from '../gen/checks.ts'
import type { From } from './from.ts'
import { everything, type JudgeRequest, judge } from './judge.ts'
import { type Reader, readBundle } from './read-bundle.ts'

/** Judges recordings, by default with all checks. Throws NetcheckError `BUNDLE`. */
export async function analyzeBundle(
  from: From,
  request: JudgeRequest = { checks, shown: [], filter: everything },
  reader: Reader = {},
): Promise<{ readonly snapshot: Snapshot; readonly report: Report }> {
  const snapshot = await readBundle(from, request, reader)
  return { snapshot, report: judge(snapshot, request) }
}
