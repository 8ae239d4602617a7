import type { Change, Store } from '../api/store.ts'

/** Calls a controller after each change, never during it, like a watch. Returns a function that stops it. */
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
