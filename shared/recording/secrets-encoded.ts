type Hide = (text: string) => string

/** Hides secrets in base64 or percent encoding: decodes candidates, hides secrets in them and encodes them again. */
export function hideEncoded(text: string, hide: Hide): string {
  const shown = hideRuns(text, hide)
  return hideQuoted(shown, hide)
}

/** Handles percent-encoded words. */
function hideQuoted(text: string, hide: Hide): string {
  let result = ''
  let done = 0
  let judged = 0
  for (const { index } of text.matchAll(/%[0-9A-Fa-f]{2}/g)) {
    if (index < judged) continue
    percent.lastIndex = runBefore(text, index, judged)
    const [run] = percent.exec(text) ?? []
    if (run === undefined) continue
    const from = percent.lastIndex - run.length
    judged = percent.lastIndex
    if (!holdsSecret(unquote(run), hide)) continue
    result += `${text.slice(done, from)}(hidden)`
    done = judged
  }
  return done === 0 ? text : result + text.slice(done)
}

/** The beginning of the word around a percent sign. */
function runBefore(text: string, index: number, least: number): number {
  let from = index
  while (from > least && index - from < 1024 && /[\w.~+-]/.test(text[from - 1] ?? '')) from -= 1
  return from
}

/** Handles base64 runs; they may be as long as the text, too long for a regular expression. */
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

/** Only certain base64 characters can begin the encoding of three printable bytes. */
const runStart =
  /(?<![A-Za-z0-9+/_-])(?=(?:[CDI-Za-f][ACD-HQS-Xgi-nwyz0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_-]){3})[A-Za-z0-9+/_-]{20}/g
const runEnd = /[^A-Za-z0-9+/_=-]/g
const percent = /(?<![\w.~%+-])[\w.~+-]{0,1024}%[0-9A-Fa-f]{2}[\w.~%+-]{0,32768}/y

const holdsSecret = (text: string | null, hide: Hide): boolean => text !== null && hide(text) !== text

/** Decodes base64 of either alphabet; null when it is not base64. */
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
