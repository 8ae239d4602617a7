import { NetcheckError } from '../../shared/errors.ts'
import { ProtocolViolation } from '../../shared/protocol/frame.ts'
import type { Entry } from './entry.ts'

/** The result of one input; a failure is described by a sentence. */
export type Verdict = { readonly kind: 'value' | 'refused' } | { readonly kind: 'escape'; readonly why: string }

/** Maximum JSON size of the value for an input of this length. */
const mostBytes = (characters: number): number => 64 * characters + (64 << 10)

/** Runs a parser on one text; it must return a value or throw its own kind of error. */
export async function judge({ parse }: Entry, text: string): Promise<Verdict> {
  try {
    return judgeValue(await parse(text), text)
  } catch (error) {
    if (isOwn(error)) return { kind: 'refused' }
    return {
      kind: 'escape',
      why: `threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
    }
  }
}

const isOwn = (error: unknown): boolean =>
  error instanceof ProtocolViolation || (error instanceof NetcheckError && error.code === 'BUNDLE')

/** Values are sent as JSON. */
function judgeValue(value: unknown, text: string): Verdict {
  const size = JSON.stringify(value, refuseNumbers)?.length ?? 0
  return size > mostBytes(text.length)
    ? { kind: 'escape', why: `made ${size} characters of JSON out of ${text.length}` }
    : { kind: 'value' }
}

function refuseNumbers(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${key} is ${value}, which JSON lacks`)
  return value
}
