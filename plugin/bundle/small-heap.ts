import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Keeps the engine from giving more room to what is young, for the rest of the process: files that pass through leave
 * memory behind that is found only when that room is full, and it would grow to 48 MB.
 */
export const keepHeapSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1')

const mostGarbage = 8 << 20

/**
 * Is told of bytes that pass through. What they lay in is no part of the heap, and the engine looks for 64 MB of it at a
 * time; nodes that send side by side fill that within a second.
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

/** The engine's own, which programs have no name for unless it is asked to give one. */
function fullCollection(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  return () => void (typeof collect === 'function' && collect())
}
