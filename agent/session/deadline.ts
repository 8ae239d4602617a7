import { setTimeout as pause } from 'node:timers/promises'
import { Late } from './endings.ts'

/** Settles like `work`, or rejects with Late after `ms`. */
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
