import { NetcheckError } from '../../shared/errors.ts'

/** Signals of a run: the first asks it to end and to clean up, a later one ends the process at once. */
export interface Interruption {
  /** Aborted by the first signal or by `stop`. */
  readonly signal: AbortSignal
  /** Exit code of the signal that came first; null without one. */
  readonly exitCode: () => number | null
  readonly interrupt: (exitCode: number) => void
  /** Ends the run for another reason than a signal. */
  readonly stop: (reason: unknown) => void
}

/** timeout(1) and other wrappers signal a process and then its group: nobody has pressed twice. */
const sameMs = 500

/** `now` is in ms, by a clock that only goes forward. */
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
      // Whatever is left then goes by its deadline.
      if (first) return now() - first.at > sameMs ? exit(code) : undefined
      first = { code, at: now() }
      controller.abort(new NetcheckError('INTERRUPTED', 'interrupted'))
    },
  }
}
