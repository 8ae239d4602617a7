import { messageOf } from '../../shared/errors.ts'
import { type Reading, type Reason, type Unavailable, unavailable } from '../../shared/reading.ts'

/** A read that was deliberately refused, with the reason. */
export class Refusal extends Error {
  readonly reason: Reason
  constructor(reason: Reason, message: string) {
    super(message)
    this.reason = reason
  }
}

/** Runs a read and turns anything it throws into an unavailable reading. */
export async function guard<T>(place: string, read: () => Promise<Reading<T>>): Promise<Reading<T>> {
  try {
    return await read()
  } catch (error) {
    return explain(place, error)
  }
}

/** The reason for a system error. "Does not exist" and "nobody listens" are answers, reported as `missing`. */
function explain(place: string, error: unknown): Unavailable {
  if (error instanceof Refusal) return unavailable(error.reason, error.message)
  const code = codeOf(error)
  if (absent.has(code)) return unavailable('missing', `${place} does not exist`)
  if (code === 'ECONNREFUSED') return unavailable('missing', `nothing listens on ${place}`)
  return unavailable(reasons[code] ?? 'failed', `${place}: ${code || messageOf(error)}`)
}

/** The errno name of a system error, or an empty string. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ESRCH'])
const reasons: Readonly<Record<string, Reason>> = { EACCES: 'denied', EPERM: 'denied', ETIMEDOUT: 'timeout' }
