import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { checks } from '../gen/checks.ts'
import { renderTable } from '../report/table.ts'
import type { Options } from './command.ts'
import type { Io } from './io.ts'

const schema = z.object({ code: z.optional(z.string()) })

/** Prints the page of a check, offline, or the list of all checks. */
export async function runExplain(options: Options, io: Io): Promise<number> {
  const code = z.parse(schema, options).code?.toUpperCase()
  if (code === undefined) {
    io.out(
      renderTable(
        ['CODE', 'SEVERITY', 'TITLE'],
        checks.map(check => [check.code, check.severity, check.title]),
      ),
    )
    return 0
  }
  if (!checks.some(check => check.code === code)) {
    throw new NetcheckError('USAGE', `no check has the code ${code}`, { hint: 'kubectl netcheck explain lists them' })
  }
  io.out(await readFile(new URL(`pages/${code}.md`, io.assets), 'utf8'))
  return 0
}
