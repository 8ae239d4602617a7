/** Replacement for a private key. */
const hidden = '(private key)'

const mark = /-----(?<side>BEGIN|END) [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----/g

/** Hides private keys in PEM or PGP armour, also when only the beginning or the end was read. */
export function hideKeys(text: string): string {
  if (!text.includes('PRIVATE KEY')) return text
  let result = ''
  let done = 0
  for (const { 0: found, index, groups } of text.matchAll(mark)) {
    if (index < done) continue
    if (groups?.side === 'BEGIN') {
      result += text.slice(done, index) + hidden
      done = endOfKey(text, index + found.length)
    } else {
      const start = startOfBody(text, index, done)
      result += text.slice(done, start) + hidden
      done = index + found.length
    }
  }
  return result + text.slice(done)
}

/** The end of a key; when it was cut off, the closing quote around it. */
function endOfKey(text: string, from: number): number {
  last.lastIndex = from
  const match = last.exec(text)
  if (!match) return text.length
  return match[0].startsWith('-') ? match.index + match[0].length : match.index
}

const last = /-----END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----|["'<]/g

/** The beginning of the base64 before the end of a key whose beginning is missing. */
function startOfBody(text: string, end: number, least: number): number {
  let at = end
  while (at > least && body.test(text[at - 1] ?? '')) at -= 1
  return at
}

const body = /[A-Za-z0-9+/=\s\\:,-]/
