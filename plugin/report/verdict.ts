import { counted } from '../../shared/text.ts'
import { isComplete, type Report } from '../engine/report.ts'

/** A report in a few words, and its severity. */
export interface Verdict {
  readonly text: string
  readonly tone: 'error' | 'warning' | 'good'
}

/** Such as `2 root causes, 1 warning`; "nothing found" is good only when everything was read. */
export function verdictOf(report: Report): Verdict {
  const causes = report.rootCauses.filter(({ severity }) => severity === 'error').length
  const warnings = report.rootCauses.length - causes
  const found = [causes > 0 ? counted(causes, 'root cause') : '', warnings > 0 ? counted(warnings, 'warning') : '']
  const text = found.filter(Boolean).join(', ')
  if (text) return { text, tone: causes > 0 ? 'error' : 'warning' }
  if (isComplete(report)) return { text: 'nothing found', tone: 'good' }
  return {
    text: report.coverage.read === 0 ? 'no node was read' : 'nothing found in what was read',
    tone: 'warning',
  }
}

/** Coverage as phrases: nodes, checks, and checks without an answer. */
export function coverageOf({ coverage, checks }: Report): readonly string[] {
  return [
    `${coverage.read} of ${counted(coverage.nodes, 'node')} read`,
    `${counted(checks.run, 'check')} run`,
    checks.notApplicable.length > 0 ? `${checks.notApplicable.length} not applicable` : '',
    checks.notRun.length > 0 ? `${new Set(checks.notRun.map(({ code }) => code)).size} not run` : '',
    checks.crashed.length > 0 ? `${checks.crashed.length} crashed` : '',
  ].filter(Boolean)
}
