import { expect, test } from 'vitest'
import { ApiError } from '../../../plugin/kube/errors.ts'
import { withRetries } from '../../../plugin/kube/retry.ts'

/** Fails with the given errors in turn, then answers how often it was asked. */
function failing(...errors: readonly Error[]): () => Promise<number> {
  let calls = 0
  return async () => {
    const error = errors[calls]
    calls += 1
    if (error) throw error
    return calls
  }
}

const status = (code: number, retryAfterMs: number | null = 0) =>
  new ApiError('API_STATUS', 'no', { status: code, retryAfterMs })
const network = (code: string) =>
  new ApiError('API_UNREACHABLE', 'no', { cause: Object.assign(new Error('no'), { code }), retryAfterMs: 0 })

test('a server that asks to wait is asked again, also for a change', async () => {
  expect(await withRetries(failing(status(429), status(503)), { repeatable: false })).toBe(3)
})

test('the third retry is the last', async () => {
  const always = failing(status(429), status(429), status(429), status(429))
  await expect(withRetries(always, { repeatable: true })).rejects.toMatchObject({ status: 429 })
})

test.each([500, 502, 504])('status %i is asked again only where that does no harm', async code => {
  expect(await withRetries(failing(status(code)), { repeatable: true })).toBe(2)
  await expect(withRetries(failing(status(code)), { repeatable: false })).rejects.toMatchObject({ status: code })
})

test('a cut connection is tried again, a refused one is not', async () => {
  expect(await withRetries(failing(network('ECONNRESET')), { repeatable: true })).toBe(2)
  await expect(withRetries(failing(network('ECONNREFUSED')), { repeatable: true })).rejects.toThrow('no')
})

test.each([400, 401, 403, 404, 409, 410, 422])('status %i stands', async code => {
  await expect(withRetries(failing(status(code)), { repeatable: true })).rejects.toMatchObject({ status: code })
})
