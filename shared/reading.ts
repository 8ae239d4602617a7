/**
 * Why something was not read. `missing` is an answer: we looked and it does not exist. Every other reason means that we
 * do not know.
 */
export const reasons = [
  'missing',
  'denied',
  'timeout',
  'too-large',
  'malformed',
  'unsupported',
  'not-recorded',
  'failed',
] as const

export type Reason = (typeof reasons)[number]

/** A successful reading. */
export interface Ok<T> {
  readonly status: 'ok'
  readonly value: T
}

/** A reading without a value. */
export interface Unavailable {
  readonly status: 'unavailable'
  readonly reason: Reason
  /** One sentence for the user that names the place. */
  readonly detail: string
  /** What the user can do about it, if known. */
  readonly hint?: string
}

/** The outcome of a read: a value, or the reason why there is none. Reads never throw. */
export type Reading<T> = Ok<T> | Unavailable

/** A reading of a part of a node's or the cluster's state. `ms` is how long it took. */
export type Part<T> = Reading<T> & { readonly ms: number }

/** A successful reading of a value. */
export const ok = <T>(value: T): Ok<T> => ({ status: 'ok', value })

/** A reading that failed for a reason. */
export const unavailable = (reason: Reason, detail: string): Unavailable => ({
  status: 'unavailable',
  reason,
  detail,
})

/** Whether a reading has a value. */
export const isOk = <T>(reading: Reading<T>): reading is Ok<T> => reading.status === 'ok'

/** Whether we know that it does not exist; false for a value and for anything unread. */
export const isMissing = (reading: Reading<unknown>): boolean =>
  reading.status === 'unavailable' && reading.reason === 'missing'

/** Applies `change` to a value; a reason stays unchanged. */
export const mapReading = <T, U>(reading: Reading<T>, change: (value: T) => U): Reading<U> =>
  isOk(reading) ? ok(change(reading.value)) : reading

/** The value of a reading, or `fallback` when there is none. */
export const valueOr = <T, F>(reading: Reading<T>, fallback: F): T | F => (isOk(reading) ? reading.value : fallback)
