import * as z from 'zod/mini'
import { findingSchema, severities } from '../../../shared/finding.ts'
import { timelineSchema } from '../timeline/timeline.ts'

const sideSchema = z.object({
  /** What was compared, as the user named it. */
  name: z.string(),
  /** RFC 3339. */
  takenAt: z.string(),
  version: z.nullable(z.string()),
  nodes: z.int(),
  read: z.int(),
})

const changeSchema = z.object({
  /** Part of the state that it belongs to, such as `sysctls`. */
  topic: z.string(),
  fact: z.string(),
  /** For multi-line texts, only the lines that the other side lacks. */
  before: z.string(),
  after: z.string(),
  /** Affected nodes; empty for the cluster as a whole. */
  nodes: z.array(z.string()),
})

const gapSchema = z.object({
  what: z.string(),
  nodes: z.array(z.string()),
  /** The side on which it is unknown. */
  side: z.enum(['a', 'b']),
  why: z.string(),
})

/** The form of `diff -o json`; published as docs/diff.schema.json. */
export const differenceSchema = z.object({
  schema: z.literal(1),
  a: sideSchema,
  b: sideSchema,
  nodes: z.object({ new: z.array(z.string()), gone: z.array(z.string()) }),
  findings: z.object({
    /** Found in b but not in a, root causes first. */
    new: z.array(
      z.object({
        finding: findingSchema,
        isRootCause: z.boolean(),
        /** `not looked at`: it may already have been there in a. */
        before: z.enum(['absent', 'not looked at']),
      }),
    ),
    /** Found in a, looked for and not found in b. */
    gone: z.array(z.object({ finding: findingSchema, isRootCause: z.boolean() })),
    /** Found in both with another severity. */
    changed: z.array(z.object({ finding: findingSchema, from: z.enum(severities) })),
    /** Found in both; ids of b. */
    same: z.array(z.string()),
    /** Found in a and not looked for in b. */
    unknown: z.array(z.object({ finding: findingSchema, why: z.string() })),
  }),
  changes: z.array(changeSchema),
  /** Known on one side only; never treated as equal. */
  notComparable: z.array(gapSchema),
  /** Number of facts and checks unknown on both sides. */
  readByNeither: z.int(),
  /** With `--timeline`. */
  timeline: z.optional(timelineSchema),
})

/** How two states of a cluster differ, as plain data. */
export type Difference = z.infer<typeof differenceSchema>
export type Change = Difference['changes'][number]
export type Gap = Difference['notComparable'][number]
