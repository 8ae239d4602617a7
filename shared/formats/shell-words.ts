/** Maximum number of words per line. */
const mostWords = 2000

/**
 * Splits a line at spaces, with double quotes around words with spaces, and backslashes before quotes and backslashes
 * inside them. Null for a line that ends inside quotes or has more than 2,000 words.
 */
export function splitWords(line: string): string[] | null {
  const words: string[] = []
  for (let at = 0; at < line.length; ) {
    if (line.charCodeAt(at) === space) {
      at += 1
      continue
    }
    if (words.length === mostWords) return null
    const end = line.charCodeAt(at) === quote ? endOfQuotes(line, at) : endOfWord(line, at)
    if (end === null) return null
    words.push(line.charCodeAt(at) === quote ? unescapeWord(line.slice(at + 1, end - 1)) : line.slice(at, end))
    at = end
  }
  return words
}

/** Quotes a word as iptables does, unless it is plain. */
export const quoteWord = (word: string): string =>
  /^[\w-]+$/.test(word) ? word : `"${word.replace(/["\\']/g, '\\$&')}"`

const space = 0x20
const quote = 0x22
const backslash = 0x5c

function endOfWord(line: string, start: number): number {
  const end = line.indexOf(' ', start)
  return end < 0 ? line.length : end
}

/** The position after the closing quote; null without one. */
function endOfQuotes(line: string, start: number): number | null {
  for (let at = start + 1; at < line.length; at++) {
    const code = line.charCodeAt(at)
    if (code === backslash) at += 1
    else if (code === quote) return at + 1
  }
  return null
}

const unescapeWord = (text: string): string => (text.includes('\\') ? text.replace(/\\(.)/gs, '$1') : text)
