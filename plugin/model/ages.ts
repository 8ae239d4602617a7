import { hour, minute } from './pods.ts'

/** Formats a duration in ms for people: `45 min`, `7 h`, `3 d`. */
export function tellAge(ms: number | null): string {
  if (ms === null) return '?'
  if (ms < 2 * hour) return `${Math.floor(ms / minute)} min`
  return ms < 48 * hour ? `${Math.floor(ms / hour)} h` : `${Math.floor(ms / (24 * hour))} d`
}
