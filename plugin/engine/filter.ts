import { type Finding, type Severity, severities } from '../../shared/finding.ts'
import type { Report } from './report.ts'

/** Selects findings of a report. */
export interface Filter {
  /** Minimum severity. */
  readonly severity: Severity
  readonly isWanted: (finding: Finding) => boolean
}

/**
 * Reduces a report to wanted findings of sufficient severity and to the causes that explain them, whatever those are
 * about.
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
