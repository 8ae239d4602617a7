import { type Severity, severities } from '../../shared/finding.ts'
import { isComplete, type Report } from './report.ts'

/**
 * 0: healthy and complete. 1: findings at or above `failOn`. 3: none, but not everything was read. 2 is for runs that
 * failed.
 */
export function exitCodeOf(report: Report, failOn: Severity | 'never'): 0 | 1 | 3 {
  const isGrave = ({ severity }: { severity: Severity }) =>
    failOn !== 'never' && severities.indexOf(severity) <= severities.indexOf(failOn)
  if (report.findings.some(isGrave)) return 1
  return isComplete(report) ? 0 : 3
}
