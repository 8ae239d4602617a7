import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Keeps V8's young generation small for the rest of the process: garbage of files passing through is collected only
 * when that space is full, and it would grow to 48 MB.
 */
export const keepHeapSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1')

/** What reading the parts of one node leaves behind, in bytes. */
export const nodeGarbage = 8 << 20
const mostGarbage = 16 << 20

/**
 * Returns a function that is called with the number of bytes that passed through, and collects garbage from time to
 * time. Buffers are outside of the heap, and V8 collects them only every 64 MB; nodes that send concurrently fill that
 * within a second.
 */
export function sweepBehind(collect: () => void = fullCollection()): (bytes: number) => void {
  let passed = 0
  return bytes => {
    passed += bytes
    if (passed < mostGarbage) return
    passed = 0
    collect()
  }
}

/** V8's `gc`, which is exposed only by a flag. */
function fullCollection(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  return () => void (typeof collect === 'function' && collect())
}
