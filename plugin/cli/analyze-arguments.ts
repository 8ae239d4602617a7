import type { Argv } from 'yargs'
import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { viewNames } from './check-options.ts'
import type { Options } from './command.ts'

/** Positionals of `analyze`: recordings, then optionally a view and a name. */
export const analyzePositionals = (yargs: Argv): Argv =>
  yargs.positional('bundle', {
    type: 'string',
    describe: `paths of recordings (- is standard input), then a view if wanted: ${viewNames.join(', ')}, with a name`,
  })

const schema = z.object({ bundle: z.array(z.string()) })

/**
 * Converts the options of `analyze` to those of `check`. A recording named like a view is written `./dns`. Throws
 * `USAGE`.
 */
export function toCheckOptions(options: Options): Options {
  const { bundle: words } = z.parse(schema, options)
  const at = words.findIndex((word, index) => index > 0 && viewNames.some(name => name === word))
  if (at === -1) return { ...options, from: words }
  const [view, name, ...more] = words.slice(at)
  if (more.length > 0) throw new NetcheckError('USAGE', `${more[0]} is one word too many behind the view ${view}`)
  return { ...options, from: words.slice(0, at), view, ...(name === undefined ? {} : { name }) }
}
