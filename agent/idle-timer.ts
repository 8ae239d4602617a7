/** Calls back after `idleMs` without a session, counted from the start and from the end of the last session. */
export function createIdleTimer(idleMs: number, onIdle: () => void) {
  let timer: NodeJS.Timeout | undefined = setTimeout(onIdle, idleMs)
  return {
    /** Takes the number of open sessions; must be called whenever it changes. */
    setBusy(sessions: number): void {
      clearTimeout(timer)
      timer = sessions > 0 ? undefined : setTimeout(onIdle, idleMs)
    },
  }
}
