type Hide = (text: string) => string

/** Secrets in base64 or with percent signs: what would be hidden as it reads is hidden as it is written. */
export function hideEncoded(text: string, hide: Hide): string {
  const shown = hideRuns(text, hide)
  return shown.includes('%')
    ? shown.replace(percent, run => (holdsSecret(unquote(run), hide) ? '(hidden)' : run))
    : shown
}

/** Runs may be as long as the text, for which an expression has no room. */
function hideRuns(text: string, hide: Hide): string {
  let result = ''
  let done = 0
  for (const { index } of text.matchAll(runStart)) {
    if (index < done) continue
    runEnd.lastIndex = index
    const end = runEnd.exec(text)?.index ?? text.length
    if (!holdsSecret(decode(text.slice(index, end)), hide)) continue
    result += `${text.slice(done, index)}(hidden)`
    done = end
  }
  return done === 0 ? text : result + text.slice(done)
}

const runStart = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{20}/g
const runEnd = /[^A-Za-z0-9+/_=-]/g
const percent = /(?<![\w.~%+-])[\w.~+-]{0,1024}%[0-9A-Fa-f]{2}[\w.~%+-]{0,32768}/g

const holdsSecret = (text: string | null, hide: Hide): boolean => text !== null && hide(text) !== text

/** The text behind base64 of either alphabet; null for what is none. */
function decode(run: string): string | null {
  const plain = run.split('=', 1).join('').replaceAll('-', '+').replaceAll('_', '/')
  if (!isPrintable(atob(plain.slice(0, 12)))) return null
  return plain.length % 4 === 1 ? atob(plain.slice(0, -1)) : atob(plain)
}

const isPrintable = (text: string): boolean => /^[\t\r\n\x20-\x7e]*$/.test(text)

function unquote(run: string): string | null {
  try {
    return decodeURIComponent(run.replaceAll('+', ' '))
  } catch {
    return null
  }
}
