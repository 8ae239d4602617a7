import type { Report } from '../engine/report.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { checks } from '../gen/checks.ts'
import { everything, type JudgeRequest, judge } from './judge.ts'
import { readBundle } from './read-bundle.ts'

/** What checks say of a recording, all of them by default. Throws NetcheckError `BUNDLE`. */
export async function analyzeBundle(
  path: string,
  request: JudgeRequest = { checks, shown: [], filter: everything },
): Promise<{ readonly snapshot: Snapshot; readonly report: Report }> {
  const snapshot = await readBundle(path, request)
  return { snapshot, report: judge(snapshot, request) }
}
