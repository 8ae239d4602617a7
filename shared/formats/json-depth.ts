/**
 * True for a value that can be written as JSON again: arrays and objects are nested at most so deep, and no number is
 * infinite, as JSON.parse makes it of 1e999. Walks no deeper itself.
 */
export function isSendable(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  return depth > 0 && Object.values(value).every(child => isSendable(child, depth - 1))
}
