import { setTimeout as pause } from 'node:timers/promises'
import { Late } from './endings.ts'

/** The outcome of `work`, or a rejection with Late after so many ms. */
export async function within<T>(ms: number, work: Promise<T>, missed: string): Promise<T> {
  const stop = new AbortController()
  const late = pause(ms, undefined, { signal: stop.signal }).then(() => {
    throw new Late(`${missed} within ${ms} ms`)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    stop.abort()
  }
}
