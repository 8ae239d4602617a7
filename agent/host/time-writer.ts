/**
 * Formats whole ms since the epoch as `Date.toISOString` does, but caches the current minute: times tend to be close
 * together, which takes a seventh of the time. Throws RangeError for invalid times.
 */
export function timeWriter(): (ms: number) => string {
  let minute = { start: Number.NaN, end: Number.NaN, text: '' }
  let last = { ms: Number.NaN, text: '' }
  return ms => {
    if (ms === last.ms) return last.text
    if (!(ms >= minute.start && ms < minute.end)) minute = minuteOf(ms)
    const rest = ms - minute.start
    last = { ms, text: `${minute.text}${padded(Math.floor(rest / 1000), 2)}.${padded(rest % 1000, 3)}Z` }
    return last.text
  }
}

const minuteMs = 60_000
/** The largest valid time of a Date. */
const lastMs = 8.64e15

function minuteOf(ms: number) {
  const text = new Date(ms).toISOString().slice(0, -'00.000Z'.length)
  const start = Math.floor(ms / minuteMs) * minuteMs
  return { start, end: Math.min(start + minuteMs, lastMs + 1), text }
}

const padded = (value: number, digits: 2 | 3): string =>
  value >= 100 || (digits === 2 && value >= 10) ? `${value}` : `${value}`.padStart(digits, '0')
