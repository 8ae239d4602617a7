import type { Argv } from 'yargs'
import * as z from 'zod/mini'
import { severities } from '../../shared/finding.ts'
import type { Options } from './command.ts'
import { fromSchema } from './from.ts'

const outputs = ['text', 'wide', 'json', 'yaml'] as const
const pages = [...outputs, 'html'] as const

/** Options of commands that print a report. */
export const reportOptions = (yargs: Argv): Argv => options(yargs, outputs)

/** The same for commands that can also render an HTML page. */
export const pageOptions = (yargs: Argv): Argv => options(yargs, pages)

const options = (yargs: Argv, forms: readonly string[]): Argv =>
  yargs
    .option('output', {
      alias: 'o',
      requiresArg: true,
      choices: forms,
      default: 'text',
      describe: 'form of the result',
    })
    .option('fail-on', {
      requiresArg: true,
      choices: [...severities, 'never'] as const,
      default: 'error' as const,
      describe: 'least severity that makes the exit code 1',
    })

/** The option of commands that judge a cluster or a recording. */
export const fromOption = (yargs: Argv): Argv =>
  yargs.option('from', {
    type: 'string',
    requiresArg: true,
    describe: 'read a recording (folder, .tar.gz or -) instead of a cluster; repeatable',
  })

const schema = z.object({
  output: z.enum(pages),
  from: z.optional(fromSchema),
  failOn: z.enum([...severities, 'never']),
})

/** Parses the options of commands that print a report. */
export const parseReportOptions = (options: Options) => z.parse(schema, options)
