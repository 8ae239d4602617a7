import { NetcheckError } from '../../shared/errors.ts'

/** Handles signals: the first one ends the run and cleans up, a later one ends the process at once. */
export interface Interruption {
  /** Aborted by the first signal or by `stop`. */
  readonly signal: AbortSignal
  /** Exit code of the first signal; null without one. */
  readonly exitCode: () => number | null
  readonly interrupt: (exitCode: number) => void
  /** Ends the run for a reason other than a signal. */
  readonly stop: (reason: unknown) => void
}

/**
 * timeout(1) and other wrappers signal a process and then its group: two signals this close are not a second key press.
 */
const sameMs = 500

/** `now` is a monotonic clock in ms. */
export function makeInterruption({
  now,
  exit,
}: {
  readonly now: () => number
  readonly exit: (code: number) => void
}): Interruption {
  const controller = new AbortController()
  let first: { readonly code: number; readonly at: number } | null = null
  return {
    signal: controller.signal,
    exitCode: () => first?.code ?? null,
    stop: reason => controller.abort(reason),
    interrupt: code => {
      // Whatever is left in the cluster expires by its deadline.
      if (first) return now() - first.at > sameMs ? exit(code) : undefined
      first = { code, at: now() }
      controller.abort(new NetcheckError('INTERRUPTED', 'interrupted'))
    },
  }
}
