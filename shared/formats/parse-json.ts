import * as z from 'zod/mini'
import { ok, type Reading, unavailable } from '../reading.ts'
import { findJsonError } from './json-error.ts'

/** Parses and validates JSON. `what` names the text in error messages. Never throws. */
export function parseJsonWith<T>(schema: z.ZodMiniType<T>, { text, what }: { text: string; what: string }): Reading<T> {
  const parsed = parse(text, what)
  if (parsed.status !== 'ok') return parsed
  const result = z.safeParse(schema, parsed.value)
  return result.success
    ? ok(result.data)
    : unavailable('malformed', `${what} has another shape: ${firstIssue(result.error)}`)
}

/** Only invalid JSON is searched for the reason, which takes thirty times as long. */
function parse(text: string, what: string): Reading<unknown> {
  try {
    return ok(JSON.parse(text))
  } catch {
    const { message = 'it is no value', line = 1, column = 1 } = findJsonError(text) ?? {}
    return unavailable('malformed', `${what} is no JSON: ${message} (line ${line}, column ${column})`)
  }
}

/** The first validation error with its path. */
export function firstIssue({ issues: [issue] }: z.core.$ZodError): string {
  return issue ? `${issue.message} at ${issue.path.map(String).join('.') || 'the top'}` : 'unknown'
}
