import * as z from 'zod/mini'
import { ok, type Reading, unavailable } from '../reading.ts'
import { findJsonError } from './json-error.ts'

/** JSON text to a value of a schema, or why it is none. `what` names the text for the user. Never throws. */
export function parseJsonWith<T>(schema: z.ZodMiniType<T>, { text, what }: { text: string; what: string }): Reading<T> {
  const error = findJsonError(text)
  if (error) {
    return unavailable('malformed', `${what} is no JSON: ${error.message} (line ${error.line}, column ${error.column})`)
  }
  const result = z.safeParse(schema, JSON.parse(text))
  return result.success
    ? ok(result.data)
    : unavailable('malformed', `${what} has another shape: ${firstIssue(result.error)}`)
}

/** The first thing that a schema did not like, with its place. */
export function firstIssue({ issues: [issue] }: z.core.$ZodError): string {
  return issue ? `${issue.message} at ${issue.path.map(String).join('.') || 'the top'}` : 'unknown'
}
