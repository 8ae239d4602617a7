import type { Finding } from '../../shared/finding.ts'

/** A check that could not be decided, with the nodes where; no nodes means the whole check. */
export interface NotRun {
  readonly code: string
  readonly why: string
  readonly nodes: readonly string[]
}

/** Everything that one run says, as plain data. Its JSON is the `-o json` of every command. */
export interface Report {
  readonly schema: 1
  readonly cluster: { readonly version: string | null }
  /** RFC 3339. */
  readonly takenAt: string
  readonly coverage: {
    readonly nodes: number
    readonly read: number
    readonly notRead: readonly { readonly node: string; readonly why: string }[]
  }
  /** Findings that no other finding explains, the weightiest first. */
  readonly rootCauses: readonly Finding[]
  readonly findings: readonly Finding[]
  readonly checks: {
    /** Checks that gave an answer somewhere. */
    readonly run: number
    readonly notApplicable: readonly string[]
    readonly notRun: readonly NotRun[]
    /** Checks that threw: a defect of ours, and their question is open. */
    readonly crashed: readonly NotRun[]
  }
}

/** Nothing that was asked for stayed unread. */
export const isComplete = ({ coverage, checks }: Report): boolean =>
  coverage.notRead.length === 0 && checks.notRun.length === 0 && checks.crashed.length === 0
