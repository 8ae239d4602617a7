import { describe, expect, test } from 'vitest'
import type { AnyCheck } from '../../plugin/engine/check.ts'
import type { Report } from '../../plugin/engine/report.ts'
import { runChecks } from '../../plugin/engine/run.ts'
import type { Snapshot } from '../../plugin/engine/snapshot.ts'
import type { Severity } from '../../shared/finding.ts'
import { hintsOf } from './hints.ts'
import { hiddenWithout, passesWithout, readWhole } from './unread.ts'

interface Firing {
  readonly name: string
  readonly given: Snapshot
  /** `node1`, or `namespace/name`. */
  readonly subject: string
  /** Part of the place of at least one line of evidence. */
  readonly at: string
  /** Defaults to the check's own. */
  readonly severity?: Severity
}

interface Silent {
  readonly name: string
  readonly given: Snapshot
  readonly answer: 'passed' | 'not-applicable' | 'not-run'
}

/**
 * The cases of one check: at least one that fires and one that does not. Wording is never asserted. Decisive inputs
 * that a silent case leaves out are read and empty.
 */
export function checkCases(
  check: AnyCheck,
  { fires, silent }: { fires: readonly [Firing, ...Firing[]]; silent: readonly [Silent, ...Silent[]] },
): void {
  describe(`${check.code} fires`, () => {
    test.each(fires)('$name', ({ given, subject, at, severity = check.severity }) => {
      const report = runChecks(given, [check])
      expect(answerOf(report, check.code)).toBe('found')
      const finding = report.findings.find(
        ({ subject: { namespace, name } }) => subject === [namespace, name].filter(Boolean).join('/'),
      )
      expect(finding, `a finding about ${subject}`).toMatchObject({ code: check.code, severity })
      expect(finding?.evidence.map(line => line.at).filter(place => place.includes(at))).not.toEqual([])
      expect(finding?.remedies.flatMap(({ commands }) => commands)).not.toEqual([])
    })
  })
  describe(`${check.code} is silent`, () => {
    test.each(silent)('$name', ({ given, answer }) => {
      const whole = answer === 'passed' ? readWhole(check, given) : given
      expect(answerOf(runChecks(whole, [check]), check.code)).toBe(answer)
    })
  })
  test(`${check.code} calls nothing healthy that it could not read`, () => {
    expect(fires.flatMap(({ given }) => hiddenWithout(check, given))).toEqual([])
    const unheeded = silent.flatMap(({ given }) => passesWithout(check, readWhole(check, given)))
    expect(unheeded.filter(input => !hintsOf(check.code).includes(input))).toEqual([])
  })
}

function answerOf({ findings, checks }: Report, code: string): string {
  expect(checks.crashed).toEqual([])
  if (findings.length > 0) return 'found'
  if (checks.notRun.length > 0) return 'not-run'
  return checks.notApplicable.includes(code) ? 'not-applicable' : 'passed'
}
