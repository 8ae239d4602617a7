import { ok, type Reading, unavailable } from '../reading.ts'

/** A scalar as string, or a list of them; null for an explicit null or an empty value. */
export type YamlValue = string | readonly string[] | null

/**
 * Reads some top-level keys of a YAML mapping whose values are scalars or lists of scalars; everything else is skipped.
 * Component configuration files are of this kind, and a complete YAML library would be a third of the agent.
 * Unsupported syntax (anchors, tags, block scalars, multi-line flow lists) gives `unsupported`.
 */
export function readTopLevel(text: string, keys: readonly string[]): Reading<ReadonlyMap<string, YamlValue>> {
  const lines = firstDocument(text)
  const first = lines.find(isContent)
  if (first !== undefined && !topLevelKey.test(first)) return unavailable('unsupported', 'the YAML is no plain mapping')
  const found = new Map<string, YamlValue>()
  for (const [index, line] of lines.entries()) {
    const { key, rest } = topLevelKey.exec(line)?.groups ?? {}
    if (key === undefined || !keys.includes(unquoteKey(key))) continue
    const value = readValue(rest ?? '', lines.slice(index + 1))
    if (value === undefined) return unavailable('unsupported', `the YAML of ${unquoteKey(key)} is not understood`)
    found.set(unquoteKey(key), value)
  }
  return ok(found)
}

/** Names of all top-level keys, truncated. */
export const topLevelKeys = (text: string): readonly string[] =>
  firstDocument(text).flatMap(line => {
    const key = topLevelKey.exec(line)?.groups?.key
    return key === undefined ? [] : [unquoteKey(key).slice(0, 100)]
  })

const isContent = (line: string): boolean => line.trim() !== '' && !/^\s*#/.test(line)
const isMarker = (line: string): boolean => /^(?:---|\.\.\.)\s*$/.test(line)

function firstDocument(text: string): readonly string[] {
  const lines = text
    .replace(/^\u{FEFF}/u, '')
    .split('\n')
    .map(line => line.trimEnd())
  const start = lines.findIndex(line => isContent(line) && !isMarker(line))
  const end = lines.findIndex((line, index) => index > start && isMarker(line))
  return start < 0 ? [] : lines.slice(start, end < 0 ? undefined : end)
}

const topLevelKey = /^(?<key>[A-Za-z_][\w.-]*|"[\w.-]+"|'[\w.-]+')\s*:(?:\s+(?<rest>.*))?$/
const unquoteKey = (key: string): string => key.replace(/^["']|["']$/g, '')

/** Undefined for a value of an unsupported kind. */
function readValue(rest: string, following: readonly string[]): YamlValue | undefined {
  const inline = withoutComment(rest)
  if (inline === undefined) return undefined
  if (inline === '') return readBlockList(following)
  if (inline.startsWith('[')) return readFlowList(inline)
  return continues(following) ? undefined : readScalar(inline)
}

/** Whether a plain scalar continues in indented lines. */
const continues = (following: readonly string[]): boolean => {
  const next = following.find(isContent)
  return next !== undefined && /^\s/.test(next)
}

function readBlockList(following: readonly string[]): YamlValue | undefined {
  const items: string[] = []
  for (const line of following) {
    if (!isContent(line)) continue
    const item = /^\s*-(?:\s+(?<item>.*))?$/.exec(line)?.groups
    if (!item) return /^\s/.test(line) ? undefined : items.length > 0 ? items : null
    const value = readScalar(withoutComment(item.item ?? '') ?? '&')
    if (value === undefined || value === null) return undefined
    items.push(value)
  }
  return items.length > 0 ? items : null
}

function readFlowList(text: string): YamlValue | undefined {
  const inner = /^\[(?<inner>.*)\]$/.exec(text)?.groups?.inner
  if (inner === undefined) return undefined
  if (inner.trim() === '') return []
  const items = inner
    .replace(/,\s*$/, '')
    .split(',')
    .map(item => readScalar(item.trim()))
  return items.every(item => typeof item === 'string') ? items : undefined
}

function readScalar(text: string): string | null | undefined {
  if (/^(?:~|null|Null|NULL)?$/.test(text)) return null
  const double = /^"(?<inner>[^"\\]*)"$/.exec(text)?.groups?.inner
  if (double !== undefined) return double
  const single = /^'(?<inner>(?:[^']|'')*)'$/.exec(text)?.groups?.inner
  if (single !== undefined) return single.replaceAll("''", "'")
  // Indicators that cannot begin a plain scalar, and inline mappings.
  return /^[-?:](?:\s|$)|^[[\]{},&*!|>%@`"'#]|:\s|:$/.test(text) ? undefined : text
}

/** Text before a comment; undefined for an unclosed quote. Quotes inside a plain scalar are literal. */
function withoutComment(text: string): string | undefined {
  const hasQuotes = /^["'[]/.test(text)
  let quote = ''
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index)
    if (quote !== '') quote = char === quote ? '' : quote
    else if (hasQuotes && (char === '"' || char === "'")) quote = char
    else if (char === '#' && (index === 0 || /\s/.test(text.charAt(index - 1)))) return text.slice(0, index).trim()
  }
  return quote === '' ? text.trim() : undefined
}
