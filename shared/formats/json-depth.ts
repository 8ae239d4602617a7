/**
 * Whether a value can be written as JSON again: limited nesting, and no infinite number, which JSON.parse returns for
 * 1e999. Descends no deeper than `depth`.
 */
export function isSendable(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  return depth > 0 && Object.values(value).every(child => isSendable(child, depth - 1))
}
