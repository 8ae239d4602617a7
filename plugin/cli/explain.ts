import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { checks } from '../gen/checks.ts'
import { rowsOf } from '../report/rows.ts'
import { renderTable } from '../report/table.ts'
import type { Options } from './command.ts'
import type { Io } from './io.ts'

const schema = z.object({ code: z.optional(z.string()) })

/** Prints the page of a check, offline, or the list of all checks. */
export async function runExplain(options: Options, io: Io): Promise<number> {
  // The id of a finding begins with the code, and is what people have at hand.
  const code = z.parse(schema, options).code?.split('/')[0]?.toUpperCase()
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
  io.out(
    wrapped(
      await readFile(new URL(`pages/${code}.md`, io.assets), 'utf8'),
      io.width === Number.POSITIVE_INFINITY ? io.width : Math.min(io.width, widest),
    ),
  )
  return 0
}

/** Longer lines are hard to read, also where the terminal has room. */
const widest = 100

/** A page with its sentences wrapped between words; code stays as it is, and so does all of it without a terminal. */
function wrapped(page: string, width: number): string {
  const blocks = page.split(/^(?=```)/m)
  return blocks.map((block, at) => (at % 2 === 1 ? block : wrapLines(block, width))).join('')
}

const wrapLines = (text: string, width: number): string =>
  text
    .split('\n')
    .map(line => rowsOf(line, { width, most: Number.POSITIVE_INFINITY }).join('\n'))
    .join('\n')
