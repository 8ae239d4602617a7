import { mostCharacters, nameStems, type Sensitivity, sensitivityOf } from './secrets-names.ts'
import { claimsOf } from './secrets-shapes.ts'

/** Hides the values of fields, flags, settings, headers and parameters with secret names. */
export function hideFields(text: string): string {
  let result = ''
  let done = 0
  let judged = 0
  for (const { index } of text.matchAll(nameStems)) {
    if (index < judged) continue
    const name = nameAround(text, index)
    judged = name.to
    const field = fieldOf(text, name)
    if (!field) continue
    const value = text.slice(field.start, field.end)
    if (!isSecret(value, field)) continue
    result += text.slice(done, field.start) + instead(value, field)
    done = field.end
    judged = done
  }
  return done === 0 ? text : result + text.slice(done)
}

/** Whether to hide a value whose name is separate, as in JSON. */
export const isSecretValue = (value: string, sensitivity: Sensitivity): boolean =>
  isSecret(value, { sensitivity, style: 'field', isQuoted: true })

interface Field {
  readonly start: number
  readonly end: number
  readonly sensitivity: Sensitivity
  /** `loose` for text where a name and a colon may be prose. */
  readonly style: 'field' | 'flag' | 'loose'
  readonly isQuoted: boolean
  readonly needsQuotes: boolean
}

const inName = /[\w.-]/
const separator =
  /(?<close>\\{0,8}["'`]|&quot;|&#3[49];|\])?(?<sign>[ \t]{0,32}(?::=|=>|[:=])|[ \t\0]{1,32}|,[ \t]{0,4}(?=\\{0,8}["'`])|(?<=["'`]),|%3[aAdD])(?<space>[ \t]{0,256})(?<open>\\{0,8}["'`]|&quot;|&#3[49];)?/y

interface Name {
  readonly from: number
  readonly to: number
}

/** The field with this name; null when the name is not secret or no value follows. */
function fieldOf(text: string, { from, to }: Name): Field | null {
  separator.lastIndex = to
  const match = separator.exec(text)
  const sensitivity = match && sensitivityOf(text.slice(from, to))
  if (!sensitivity || !match?.groups) return null
  const { close, sign = '', space = '', open } = match.groups
  const isFlag = text[from] === '-'
  if (!/[:=%]/.test(sign) && !isFlag) return null
  const start = to + match[0].length
  const isLine = isAtLineStart(text, from)
  const isQuotedName = close !== undefined && close !== ']'
  const end = valueEnd(text, start, { open, isLine: isLine && sign.endsWith(':'), sensitivity, inJson: isQuotedName })
  const isLoose = sign.endsWith(':') && !isLine && open === undefined
  const glued = isLoose && !isQuotedName && space === ''
  if (glued && sensitivity === 'likely' && !/^(?=\D*\d)(?=[^a-z]*[a-z]).{8}/i.test(text.slice(start, end))) return null
  const needsQuotes = open === undefined && sign.endsWith(':') && (isLine || isQuotedName)
  return {
    start,
    end,
    sensitivity,
    style: isFlag ? 'flag' : isLoose ? 'loose' : 'field',
    isQuoted: open !== undefined,
    needsQuotes,
  }
}

function nameAround(text: string, at: number): Name {
  let from = at
  while (from > 0 && at - from < mostCharacters && inName.test(text[from - 1] ?? '')) from -= 1
  restOfName.lastIndex = at
  const to = at + (restOfName.exec(text)?.[0].length ?? 0)
  return { from, to }
}

const restOfName = /[\w.-]{0,4096}/y

/** Whether only blanks, a list's dash or a quote precede it on its line. */
function isAtLineStart(text: string, from: number): boolean {
  let at = from
  while (at > 0 && from - at < mostCharacters && /[ \t\-"']/.test(text[at - 1] ?? '')) at -= 1
  return at === 0 || text[at - 1] === '\n'
}

interface Style {
  readonly open: string | undefined
  readonly isLine: boolean
  readonly sensitivity: Sensitivity
  readonly inJson: boolean
}

function valueEnd(text: string, start: number, { open, isLine, sensitivity, inJson }: Style): number {
  if (open !== undefined) return quoteEnd(text, start, open)
  if (isLine && /[|>]/.test(text[start] ?? '')) return blockEnd(text, start)
  const stop = isLine && !inJson ? lineEnd : sensitivity === 'header' ? headerEnd : inJson ? jsonEnd : wordEnd
  stop.lastIndex = start
  return stop.exec(text)?.index ?? text.length
}

const lineEnd = /[ \t]#|[\r\n\0]/g
const headerEnd = /[\r\n\0"'\\]|&quot;/g
const jsonEnd = /[,}\]\s]/g
const wordEnd = /[\s\0"'`<]|\\[nrtu"'\\]|&quot;|&#3[49];/g

/** The closing quote at the same escaping depth as the opening one, at most the end of the line. */
function quoteEnd(text: string, start: number, open: string): number {
  const quote = open.at(-1) ?? ''
  if (quote === ';') return indexOr(text, open, start)
  for (let at = start; at < text.length; at += 1) {
    const char = text[at]
    if (char === '\n') return at
    if (char !== '\\' && char !== quote) continue
    let slashes = 0
    while (text[at + slashes] === '\\') slashes += 1
    if (text[at + slashes] === quote && slashes < open.length) return at
    at += slashes
  }
  return text.length
}

function indexOr(text: string, mark: string, from: number): number {
  const at = text.slice(from, from + mostOfValue).indexOf(mark)
  return at < 0 ? Math.min(text.length, from + mostOfValue) : from + at
}

const mostOfValue = 65_536

/** The end of the indented lines after YAML's `|` or `>`. */
function blockEnd(text: string, start: number): number {
  const lineStart = text.lastIndexOf('\n', start) + 1
  const depth = /^[ \t-]*/.exec(text.slice(lineStart, start))?.[0].length ?? 0
  let end = indexOfLineEnd(text, start)
  while (end < text.length) {
    const next = indexOfLineEnd(text, end + 1)
    const line = text.slice(end + 1, next)
    if (line.trim() !== '' && line.search(/\S/) <= depth) break
    end = next
  }
  return end
}

function indexOfLineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  return at < 0 ? text.length : at
}

function isSecret(
  value: string,
  { sensitivity, style, isQuoted }: Pick<Field, 'sensitivity' | 'style' | 'isQuoted'>,
): boolean {
  const text = value.trim().replace(/,$/, '')
  if (text === '' || isHarmless.test(text) || isPath.test(text)) return false
  // Lists and objects are examined by their contents.
  if (!isQuoted && /^[[{]/.test(text)) return false
  if (style === 'flag') return !text.startsWith('-')
  if (sensitivity === 'header') return !/^[A-Za-z]{1,16}$/.test(text)
  if (sensitivity === 'likely' && /^\d{1,6}$/.test(text)) return false
  return style === 'field' || !/^[A-Z]?[a-z]{1,20}[.,;:!?]?$/.test(text)
}

/** Empty, already hidden, a reference, or the beginning of something examined separately. */
const isHarmless =
  /^(?:"?\(hidden\)"?[.,;]?|\(private key\)|[a-z]\w*\s\(hidden\)|[\w-]+\.[\w-]+\.hidden|true|false|null|nil|none|unset|yes|no|~|\*+|REDACTED|<(?:redacted|masked|nil|none|unset|hidden|omitted|set(?: to the key .*)?)>|\$[({].*|"")$/i

const isPath =
  /^(?:file:\/\/)?\/(?:etc|var|run|opt|home|root|usr|tmp|srv|host|proc|sys|mnt|data|secrets?|lib|dev|cilium|calico[\w-]*|weave|snap|k8s|kubernetes|certs?|pki)(?:\/[\w.@~+-]+){0,16}\/?$/

function instead(value: string, { style, needsQuotes }: Field): string {
  const claims = style === 'field' ? claimsOf(value.trim().replace(/^["']|["'],?$/g, '')) : null
  return needsQuotes ? `"${claims ?? '(hidden)'}"` : (claims ?? '(hidden)')
}
