import { type Finding, type Severity, severities } from '../../shared/finding.ts'
import type { Report } from './report.ts'

/** What of a report is asked for. */
export interface Filter {
  /** Least severity that is kept. */
  readonly severity: Severity
  readonly isWanted: (finding: Finding) => boolean
}

/**
 * A report reduced to findings that are wanted and grave enough, with the causes that explain one of them: the reason of
 * a symptom stays, whatever it is about.
 */
export function filterReport(report: Report, { severity, isWanted }: Filter): Report {
  const isGrave = (finding: Finding) => severities.indexOf(finding.severity) <= severities.indexOf(severity)
  const wanted = new Set(report.findings.filter(finding => isGrave(finding) && isWanted(finding)).map(({ id }) => id))
  const isKept = ({ id, explains }: Finding) => wanted.has(id) || explains.some(other => wanted.has(other))
  const kept = new Set(report.findings.filter(isKept).map(({ id }) => id))
  const reduce = (findings: readonly Finding[]): Finding[] =>
    findings
      .filter(({ id }) => kept.has(id))
      .map(finding => ({ ...finding, explains: finding.explains.filter(id => kept.has(id)) }))
  return { ...report, rootCauses: reduce(report.rootCauses), findings: reduce(report.findings) }
}
