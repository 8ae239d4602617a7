/** True when arrays and objects are nested at most so deep; walks no deeper itself. */
export function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depth > 0 && Object.values(value).every(child => isShallow(child, depth - 1))
}
