import type { Change, Store } from '../api/store.ts'

/** Calls a controller back after each change, never inside of it, as a real one that watches. Returns how to stop. */
export function react(store: Store, work: (change: Change) => void): () => void {
  let stopped = false
  const unsubscribe = store.subscribe(change =>
    setImmediate(() => {
      if (!stopped) work(change)
    }),
  )
  return () => {
    stopped = true
    unsubscribe()
  }
}
