import { setTimeout as pause } from 'node:timers/promises'
import pRetry from 'p-retry'
import { ApiError, isTransient } from './errors.ts'
import { apiLimits } from './limits.ts'

/**
 * Retries a request while the server asks to wait (429, 503 with Retry-After) and, if it is repeatable, after a cut
 * connection. At most `apiLimits.retries` times.
 */
export function withRetries<T>(
  request: () => Promise<T>,
  { repeatable }: { readonly repeatable: boolean },
): Promise<T> {
  return pRetry(request, {
    retries: apiLimits.retries,
    minTimeout: 0,
    shouldRetry: async ({ error, attemptNumber }) => {
      if (!mayRetry(error, repeatable)) return false
      await pause(waitOf(error, attemptNumber))
      return true
    },
  })
}

function mayRetry(error: Error, repeatable: boolean): boolean {
  if (!(error instanceof ApiError)) return false
  if (error.status === 429 || (error.status === 503 && error.retryAfterMs !== null)) return true
  return repeatable && isTransient(error) && !isHopeless(error)
}

/** Connection refused or certificate invalid: the next attempt would fail alike. */
const isHopeless = ({ cause }: ApiError): boolean =>
  cause instanceof Error && (!('code' in cause) || !['ECONNRESET', 'EPIPE'].includes(String(cause.code)))

const waitOf = (error: Error, attempt: number): number =>
  Math.min(
    error instanceof ApiError && error.retryAfterMs !== null ? error.retryAfterMs : 100 * attempt,
    apiLimits.retryAfterMs,
  )
