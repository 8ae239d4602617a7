/** Calls back once nobody was there for so many ms, counted from the start and from the end of the last session. */
export function createIdleTimer(idleMs: number, onIdle: () => void) {
  let timer: NodeJS.Timeout | undefined = setTimeout(onIdle, idleMs)
  return {
    /** To be told how many sessions there are. */
    setBusy(sessions: number): void {
      clearTimeout(timer)
      timer = sessions > 0 ? undefined : setTimeout(onIdle, idleMs)
    },
  }
}
