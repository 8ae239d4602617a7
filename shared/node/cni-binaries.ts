import * as z from 'zod/mini'
import { definePart, readingOf } from '../part.ts'
import { unavailable } from '../reading.ts'
import { directorySources } from './cni-config.ts'

const binarySchema = z.object({
  name: z.string(),
  type: z.enum(['file', 'dir', 'link', 'socket', 'other', 'unknown']),
  /** Of the entry itself, octal. */
  mode: z.nullable(z.string()),
  /** Target of a link as it is written. */
  target: z.nullable(z.string()),
  /** What is executed in the end: the file itself, or what the link leads to; `missing` for a dangling link. */
  file: readingOf(z.object({ size: z.number(), mode: z.string() })),
  /** What the first bytes say; null when they were not read. */
  kind: z.nullable(z.enum(['elf', 'script', 'empty', 'other'])),
  /** Architecture of an ELF file by the names of Go and the Node API (`amd64`, `arm64`); null for others. */
  architecture: z.nullable(z.string()),
  /** True when an ELF file ends before its own headers say it should. */
  cut: z.nullable(z.boolean()),
})

/** Directories in which the runtime looks for plugins, in its order, and what is in them. */
export const cniBinariesSchema = z.object({
  directories: z.array(
    z.object({
      path: z.string(),
      source: z.enum(directorySources),
      entries: readingOf(z.array(binarySchema)),
    }),
  ),
})
export type CniBinaries = z.infer<typeof cniBinariesSchema>
export type CniBinary = z.infer<typeof binarySchema>

export const cniBinaries = definePart<CniBinaries>({
  schema: cniBinariesSchema,
  collect: async () => unavailable('unsupported', ''),
})
