import { messageOf } from '../../shared/errors.ts'
import { type Reading, type Reason, type Unavailable, unavailable } from '../../shared/reading.ts'

/** A read that was refused on purpose, with its reason. */
export class Refusal extends Error {
  readonly reason: Reason
  constructor(reason: Reason, message: string) {
    super(message)
    this.reason = reason
  }
}

/** Runs a read; whatever it throws becomes the reason why there is no value. */
export async function guard<T>(place: string, read: () => Promise<Reading<T>>): Promise<Reading<T>> {
  try {
    return await read()
  } catch (error) {
    return explain(place, error)
  }
}

/** The reason behind a system error. That nothing is there, or nobody listens, is an answer. */
function explain(place: string, error: unknown): Unavailable {
  if (error instanceof Refusal) return unavailable(error.reason, error.message)
  const code = codeOf(error)
  if (absent.has(code)) return unavailable('missing', `${place} does not exist`)
  if (code === 'ECONNREFUSED') return unavailable('missing', `nothing listens on ${place}`)
  return unavailable(reasons[code] ?? 'failed', `${place}: ${code || messageOf(error)}`)
}

/** The errno of a system error, or the empty text. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ESRCH'])
const reasons: Readonly<Record<string, Reason>> = { EACCES: 'denied', EPERM: 'denied', ETIMEDOUT: 'timeout' }
