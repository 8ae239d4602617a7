import type { Argv } from 'yargs'
import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { limits } from '../../shared/limits.ts'
import type { RedactKind } from '../bundle/redact/redactor.ts'
import type { Options } from './command.ts'
import { parseRedact } from './redact-options.ts'

/** Options of `bundle` in addition to cluster and agent options. */
export const bundleOptions = (yargs: Argv): Argv =>
  yargs
    .option('file', {
      alias: 'f',
      type: 'string',
      requiresArg: true,
      describe: 'the file to write, or - for stdout; netcheck-CONTEXT-TIME.tar.gz by default',
    })
    .option('nodes', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'names of nodes, separated by commas, repeatable; all when not given',
    })
    .option('since', { type: 'string', default: '1h', requiresArg: true, describe: 'how far back logs are wanted' })
    .option('logs-limit', { type: 'string', default: '5Mi', requiresArg: true, describe: 'most bytes of one log' })
    .option('no-agent', {
      type: 'boolean',
      default: false,
      describe: 'ask the API alone and create nothing; nothing of nodes is in the bundle then',
    })
    // A bundle is about a hundred times as large as what `check` reads.
    .default({ timeout: '10m', 'node-timeout': '3m' })

const schema = z.object({
  file: z.optional(z.string().check(z.minLength(1))),
  nodes: z.optional(z.array(z.string())),
  since: z.string(),
  logsLimit: z.string(),
  noAgent: z.boolean(),
  redact: z.optional(z.string()),
  map: z.optional(z.string().check(z.minLength(1))),
})

/** The parsed options of `bundle`. */
export interface BundleWish {
  /** `-` for stdout; null for a generated name. */
  readonly file: string | null
  /** Names of nodes; all when empty. */
  readonly nodes: readonly string[]
  readonly sinceMinutes: number
  readonly logBytes: number
  readonly withAgents: boolean
  /** What is redacted. */
  readonly redact: readonly RedactKind[]
  /** File for the mapping of replaced names; null for one beside the bundle. */
  readonly map: string | null
}

/** Parses the options of `bundle`. Throws NetcheckError `USAGE`. */
export function parseBundleOptions(options: Options): BundleWish {
  const { file = null, map = null, nodes = [], since, logsLimit, noAgent, redact = 'none' } = z.parse(schema, options)
  return {
    file,
    map,
    redact: parseRedact(redact),
    nodes: [...new Set(nodes.flatMap(names => names.split(',')).filter(Boolean))],
    sinceMinutes: parseSince(since),
    logBytes: parseSize(logsLimit),
    withAgents: !noAgent,
  }
}

const day = 24 * 60
const minutes: Readonly<Record<string, number>> = { m: 1, h: 60, d: day }
const week = 7 * day

/** Parses `30m`, `2h` or `1d` to minutes. Throws NetcheckError `USAGE`. */
export function parseSince(text: string): number {
  const { count = '', unit = '' } = /^(?<count>\d{1,5})(?<unit>[mhd])$/.exec(text)?.groups ?? {}
  const since = Number(count) * (minutes[unit] ?? 0)
  if (since >= 1 && since <= week) return since
  throw new NetcheckError('USAGE', `--since ${text} is not a time between 1m and 7d`, { hint: 'write 30m, 2h or 1d' })
}

const multiples: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, Ki: 1 << 10, Mi: 1 << 20 }

function parseSize(text: string): number {
  const { count = '', unit = '' } = /^(?<count>\d{1,9})(?<unit>|k|M|Ki|Mi)$/.exec(text)?.groups ?? {}
  const size = Number(count) * (multiples[unit] ?? 0)
  if (size >= 1024 && size <= limits.recordedFileBytes) return size
  throw new NetcheckError(
    'USAGE',
    `--logs-limit ${text} is not a size between 1Ki and ${limits.recordedFileBytes >> 20}Mi`,
    { hint: 'write 500Ki or 5Mi' },
  )
}
