import * as z from 'zod/mini'
import { networkConfigSchema } from '../formats/cni-config.ts'
import { definePart, readingOf } from '../part.ts'
import { unavailable } from '../reading.ts'

/** Who named a directory; the first that answers wins, in this order. */
export const directorySources = ['runtime', 'containerd-config', 'crio-config', 'distribution', 'default'] as const

const configFileSchema = z.object({
  name: z.string(),
  /** Bytes; null when the file could not be examined. */
  size: z.nullable(z.number()),
  mode: z.nullable(z.string()),
  mtime: z.nullable(z.string()),
  /** What the file says; a file that is no valid configuration is still read: see `problem` there. */
  content: readingOf(networkConfigSchema),
})

/** The directory from which the runtime loads networks, and every file there that a runtime would consider. */
export const cniConfigSchema = z.object({
  directory: z.object({ path: z.string(), source: z.enum(directorySources) }),
  /** Files ending in .conf, .conflist or .json, in the runtime's order (bytes). A missing directory is `missing`. */
  files: readingOf(z.array(configFileSchema)),
  /** Names in the directory that no runtime loads. */
  ignored: z.array(z.string()),
  /** Other well-known directories of this kind that exist, with the files in them. */
  elsewhere: z.array(z.object({ path: z.string(), files: z.array(z.string()) })),
})
export type CniConfig = z.infer<typeof cniConfigSchema>
export type CniConfigFile = z.infer<typeof configFileSchema>

export const cniConfig = definePart<CniConfig>({
  schema: cniConfigSchema,
  collect: async () => unavailable('unsupported', ''),
})
