/** A signal that ends something after a time, or with another signal. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Whether the time is what ended it. */
  readonly isLate: () => boolean
  /** Takes the time away and keeps the other signal. */
  readonly stopClock: () => void
  readonly abort: () => void
  /** Forgets timer and listener; must be called when the work is over. */
  readonly release: () => void
}

/**
 * Starts the time. AbortSignal.timeout inside AbortSignal.any would say the same, but on Node 20 the garbage collector
 * takes such a time-out before it fires.
 */
export function startDeadline(ms: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController()
  let isLate = false
  const timer = setTimeout(() => {
    isLate = !controller.signal.aborted
    controller.abort()
  }, ms)
  const abort = () => controller.abort(outer?.reason)
  if (outer?.aborted) abort()
  outer?.addEventListener('abort', abort, { once: true })
  return {
    signal: controller.signal,
    isLate: () => isLate,
    stopClock: () => clearTimeout(timer),
    abort,
    release: () => {
      clearTimeout(timer)
      outer?.removeEventListener('abort', abort)
    },
  }
}
