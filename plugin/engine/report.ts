import * as z from 'zod/mini'
import { findingSchema } from '../../shared/finding.ts'

const notRunSchema = z.object({
  code: z.string(),
  why: z.string(),
  /** Affected nodes; empty for the check as a whole. */
  nodes: z.array(z.string()),
})

/** The part of `-o json` that every command shares; published as docs/report.schema.json. */
export const reportSchema = z.object({
  schema: z.literal(1),
  cluster: z.object({ version: z.nullable(z.string()) }),
  /** RFC 3339. */
  takenAt: z.string(),
  coverage: z.object({
    nodes: z.int(),
    read: z.int(),
    notRead: z.array(z.object({ node: z.string(), why: z.string() })),
  }),
  /** Findings that no other finding explains, heaviest first. */
  rootCauses: z.array(findingSchema),
  findings: z.array(findingSchema),
  checks: z.object({
    /** Number of checks that gave an answer for at least one node or the cluster. */
    run: z.int(),
    notApplicable: z.array(z.string()),
    notRun: z.array(notRunSchema),
    /** Checks that threw, which is a bug in netcheck and leaves them unanswered. */
    crashed: z.array(notRunSchema),
  }),
})

/** The result of a run as plain data. */
export type Report = z.infer<typeof reportSchema>

/** A check without an answer. */
export type NotRun = z.infer<typeof notRunSchema>

/** Whether everything requested was read and every check answered. */
export const isComplete = ({ coverage, checks }: Report): boolean =>
  coverage.notRead.length === 0 && checks.notRun.length === 0 && checks.crashed.length === 0
