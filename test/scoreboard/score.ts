import type { Report } from '../../plugin/engine/report.ts'
import type { Expected } from './labelled.ts'

/** The judgement of one bundle. */
export interface Score {
  readonly name: string
  /** Area of the expected root cause, or `healthy`. */
  readonly group: string
  readonly expected: readonly string[]
  /** Codes of the reported root causes, in order. */
  readonly named: readonly string[]
  /** Codes that should not be there: unexpected errors, and what the label forbids. */
  readonly falseAlarms: readonly string[]
  readonly crashed: readonly string[]
}

/** Totals over many bundles. */
export interface Totals {
  readonly positives: number
  readonly first: number
  readonly among: number
  readonly falseAlarms: number
}

export function scoreOf(name: string, { root, mayAlso = [], mustNot = [] }: Expected, report: Report): Score {
  const right = new Set([...root, ...mayAlso])
  const wrong = report.findings.filter(
    ({ code, severity }) => mustNot.includes(code) || (severity === 'error' && !right.has(code)),
  )
  return {
    name,
    group: root[0]?.slice(0, 3) ?? 'healthy',
    expected: root,
    named: unique(report.rootCauses.map(({ code }) => code)),
    falseAlarms: unique(wrong.map(({ code }) => code)),
    crashed: unique(report.checks.crashed.map(({ code }) => code)),
  }
}

export function totalsOf(scores: readonly Score[]): Totals {
  const positives = scores.filter(({ expected }) => expected.length > 0)
  return {
    positives: positives.length,
    first: positives.filter(isFirst).length,
    among: positives.filter(isAmong).length,
    falseAlarms: scores.reduce((sum, { falseAlarms }) => sum + falseAlarms.length, 0),
  }
}

export const isFirst = ({ expected, named: [first = ''] }: Score): boolean => expected.includes(first)
export const isAmong = ({ expected, named }: Score): boolean => expected.some(code => named.includes(code))

const unique = (codes: readonly string[]): readonly string[] => [...new Set(codes)]
