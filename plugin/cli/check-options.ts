import type { Argv } from 'yargs'
import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { severities } from '../../shared/finding.ts'
import { checks } from '../gen/checks.ts'
import type { Options } from './command.ts'

/** Options that choose checks and findings. */
export const filterOptions = (yargs: Argv): Argv =>
  yargs
    .option('severity', {
      requiresArg: true,
      choices: severities,
      default: 'info' as const,
      describe: 'least severity of the findings that are shown',
    })
    .option('only', { ...codes, describe: 'run only these checks: codes or areas, such as CNI003,DNS' })
    .option('skip', { ...codes, describe: 'leave out these checks: codes or areas' })

const codes = { type: 'string', array: true, requiresArg: true } as const

const schema = z.object({
  severity: z.enum(severities),
  only: z.optional(z.array(z.string())),
  skip: z.optional(z.array(z.string())),
})

/** Throws NetcheckError `USAGE` for a code or area that no check has. */
export function parseFilterOptions(options: Options) {
  const { severity, only, skip } = z.parse(schema, options)
  return { severity, only: codesIn('--only', only), skip: codesIn('--skip', skip) }
}

function codesIn(option: string, values: readonly string[] = []): readonly string[] {
  const names = values.flatMap(value => value.split(',')).map(name => name.trim().toUpperCase())
  const unknown = names.find(name => !checks.some(({ code }) => code === name || code.slice(0, 3) === name))
  if (unknown === undefined) return names
  throw new NetcheckError('USAGE', `${option}: no check has the code or area ${unknown || '""'}`, {
    hint: 'kubectl netcheck explain lists them',
  })
}
