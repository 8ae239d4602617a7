import pLimit from 'p-limit'
import type { Host, ReadOptions } from '../host.ts'
import { isMissing, isOk, ok, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'

/** Maximum size of a kernel file with a single value; sysfs returns one page. */
const valueBytes = 4096

/** Reads a file with a single value and trims it. */
export async function readValue(host: Host, path: string, options?: ReadOptions): Promise<Reading<string>> {
  const text = await readText(host, path, { maxBytes: valueBytes, ...options })
  return isOk(text) ? ok(text.value.trim()) : text
}

/** Reads a file with a single integer. */
export async function readNumber(host: Host, path: string, options?: ReadOptions): Promise<Reading<number>> {
  const text = await readValue(host, path, options)
  if (!isOk(text)) return text
  return /^-?\d{1,15}$/.test(text.value)
    ? ok(Number(text.value))
    : unavailable('malformed', `${path} holds no whole number`)
}

/** The first successful reading; without one, the first reason other than `missing`. */
export async function firstRead<T>(attempts: readonly (() => Promise<Reading<T>>)[]): Promise<Reading<T>> {
  let reason: Reading<T> | undefined
  for (const attempt of attempts) {
    const reading = await attempt()
    if (isOk(reading)) return reading
    if (reason === undefined || isMissing(reason)) reason = reading
  }
  return reason ?? unavailable('missing', 'there is nothing to read')
}

/** The value, or the first fact's reason when no fact was read. `missing` counts as read. */
export function unlessUnread<T>(facts: readonly Reading<unknown>[], value: T): Reading<T> {
  const [first] = facts
  const isUnread = facts.every(fact => !isOk(fact) && !isMissing(fact))
  return isUnread && first && !isOk(first) ? first : ok(value)
}

/** Maps items with at most 16 concurrent reads. */
export const mapReads = <T, U>(items: readonly T[], read: (item: T) => Promise<U>): Promise<U[]> =>
  pLimit(16).map(items, read)
