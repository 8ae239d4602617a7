import * as z from 'zod/mini'
import { findingSchema } from '../../shared/finding.ts'

const notRunSchema = z.object({
  code: z.string(),
  why: z.string(),
  /** Where; empty for the check as a whole. */
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
  /** Findings that no other finding explains, the weightiest first. */
  rootCauses: z.array(findingSchema),
  findings: z.array(findingSchema),
  checks: z.object({
    /** Checks that gave an answer somewhere. */
    run: z.int(),
    notApplicable: z.array(z.string()),
    notRun: z.array(notRunSchema),
    /** Checks that threw: a defect of ours, and their question is open. */
    crashed: z.array(notRunSchema),
  }),
})

/** Everything that one run says, as plain data. */
export type Report = z.infer<typeof reportSchema>

/** A check that could not be decided. */
export type NotRun = z.infer<typeof notRunSchema>

/** Nothing that was asked for stayed unread. */
export const isComplete = ({ coverage, checks }: Report): boolean =>
  coverage.notRead.length === 0 && checks.notRun.length === 0 && checks.crashed.length === 0
