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
  /** Of a text of several lines only those that the other side has not. */
  before: z.string(),
  after: z.string(),
  /** Where; empty for the cluster as a whole. */
  nodes: z.array(z.string()),
})

const gapSchema = z.object({
  what: z.string(),
  nodes: z.array(z.string()),
  /** The side that does not know. */
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
    /** Found in b and not in a, root causes first. */
    new: z.array(
      z.object({
        finding: findingSchema,
        isRootCause: z.boolean(),
        /** `not looked at`: it may have been there in a as well. */
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
  /** What one side knows and the other does not: never taken for the same. */
  notComparable: z.array(gapSchema),
  /** Facts and checks that neither side knows. */
  readByNeither: z.int(),
  /** With `--timeline`. */
  timeline: z.optional(timelineSchema),
})

/** How two states of a cluster differ, as plain data. */
export type Difference = z.infer<typeof differenceSchema>
export type Change = Difference['changes'][number]
export type Gap = Difference['notComparable'][number]
