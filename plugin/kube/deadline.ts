/** A signal that aborts after a time, or together with another signal. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Whether it aborted because of the time. */
  readonly isLate: () => boolean
  /** Stops the timer but keeps following the other signal. */
  readonly stopClock: () => void
  readonly abort: () => void
  /** Removes timer and listener; must be called when the work is done. */
  readonly release: () => void
}

/**
 * Starts a deadline. AbortSignal.any with AbortSignal.timeout would do the same, but Node 20 may garbage-collect such a
 * time-out before it fires.
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
