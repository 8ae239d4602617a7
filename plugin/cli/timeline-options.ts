import type { Argv } from 'yargs'
import { NetcheckError } from '../../shared/errors.ts'
import { parseSince } from './bundle-options.ts'

/** Options that select entries of a timeline. */
export const timelineOptions = (yargs: Argv): Argv =>
  yargs
    .option('since', {
      type: 'string',
      requiresArg: true,
      describe: 'beginning: 30m, 2h or 1d before it was read, or a time such as 2026-11-21T03:00:00Z',
    })
    .option('node', { type: 'string', array: true, requiresArg: true, describe: 'this node only, repeatable' })

/**
 * Parses `--since` to ms since the epoch; a duration counts back from when the state was read. Throws NetcheckError
 * `USAGE`.
 */
export function sinceOf(text: string, takenAt: number): number {
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : takenAt - 60_000 * parseSince(text)
  if (!Number.isNaN(time)) return time
  throw new NetcheckError('USAGE', `--since ${text} is not a time`, {
    hint: 'write 30m, 2h, 1d or 2026-11-21T03:00:00Z',
  })
}
