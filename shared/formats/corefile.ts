/** A line of a plugin's block. */
export interface CorefileOption {
  readonly name: string
  readonly args: readonly string[]
  /** From 1. */
  readonly line: number
}

/** One plugin of a server block, including `import` of files. */
export interface Directive extends CorefileOption {
  readonly options: readonly CorefileOption[]
}

/** Zones with one set of plugins. */
export interface ServerBlock {
  /** As written: `.:53`, `tls://example.org`, `10.0.0.0/24`. */
  readonly keys: readonly string[]
  readonly line: number
  readonly directives: readonly Directive[]
}

/** A parsed Corefile with imported snippets expanded. */
export interface Corefile {
  readonly servers: readonly ServerBlock[]
  /** File patterns imported outside of any block. */
  readonly imports: readonly string[]
  /** Syntax errors, in the order of lines. */
  readonly problems: readonly { readonly line: number; readonly message: string }[]
}

/** A complete file, or an imported one: server blocks at the top, or lines within a block. */
export type CorefileForm = 'file' | 'directives'

const mostCharacters = 262_144
const mostTokens = 20_000
/** Snippets may import snippets; CoreDNS has a limit too. */
const mostDepth = 8
const mostDirectives = 5_000

/**
 * Parses a Corefile: quotes, comments at the start of a word, nested blocks, keys over several lines, snippets, and
 * `{$NAME}`, which is kept as written. Never throws. Source: github.com/coredns/caddy/caddyfile.
 */
export function parseCorefile(text: string, form: CorefileForm = 'file'): Corefile {
  const { tokens, problem } = tokenise(text.slice(0, mostCharacters))
  const reader: Reader = { tokens, next: 0, snippets: new Map(), problems: [], left: mostDirectives }
  if (problem) reader.problems.push(problem)
  if (text.length > mostCharacters) report(reader, 0, 'the file is longer than 256 KiB')
  const servers: ServerBlock[] = []
  const imports: string[] = []
  if (form === 'directives') servers.push({ keys: [], line: 1, directives: readDirectives(reader, { isOpen: true }) })
  while (reader.next < tokens.length) readTop(reader, { servers, imports })
  const expanded = servers.map(server => ({ ...server, directives: expand(reader, server.directives, 0) }))
  return { servers: expanded, imports, problems: reader.problems }
}

/**
 * Parses the zone and port of a server key: `dns://Example.org.:5353` is `example.org` at 5353; the default port is 53.
 */
export function zoneOfKey(key: string): { readonly zone: string; readonly port: number; readonly scheme: string } {
  const [, scheme = 'dns', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/is.exec(key) ?? []
  const [, name = '', port] = /^(.*?)(?::(\d{1,5}))?$/s.exec(rest) ?? []
  const zone = name.toLowerCase().replace(/(?!^)\.$/, '') || '.'
  return { zone, port: port === undefined ? (ports[scheme.toLowerCase()] ?? 53) : Number(port), scheme }
}

const ports: Readonly<Record<string, number>> = { dns: 53, tls: 853, quic: 853, https: 443, https3: 443, grpc: 443 }

interface Token {
  readonly text: string
  readonly line: number
  /** Line on which it ends: quoted words may span several. */
  readonly end: number
  readonly quoted: boolean
}

interface Reader {
  readonly tokens: readonly Token[]
  next: number
  readonly snippets: Map<string, readonly Directive[]>
  readonly problems: { line: number; message: string }[]
  /** Number of directives that snippets may still expand to. */
  left: number
}

type Problem = Corefile['problems'][number]

const report = (reader: Reader, line: number, message: string): void => {
  if (reader.problems.length < 20) reader.problems.push({ line, message })
}

/**
 * Splits the text into words with their lines. A comment begins where a word would; a quote ends at the next unescaped
 * quote.
 */
function tokenise(text: string): { readonly tokens: readonly Token[]; readonly problem: Problem | null } {
  const pattern = /\n|#[^\n]*|"((?:\\[\s\S]|[^"\\])*)"|"|[^\s]+/g
  const tokens: Token[] = []
  let line = 1
  for (const [word, quoted] of text.matchAll(pattern)) {
    if (word === '"') return { tokens, problem: { line, message: 'a quote is not closed' } }
    if (word === '\n') line += 1
    if (word === '\n' || word.startsWith('#')) continue
    const end = line + (quoted?.split('\n').length ?? 1) - 1
    tokens.push({ text: unquote(word, quoted), line, end, quoted: quoted !== undefined })
    line = end
    if (tokens.length >= mostTokens) return { tokens, problem: { line, message: 'the file has too many words' } }
  }
  return { tokens, problem: null }
}

const unquote = (word: string, quoted: string | undefined): string => quoted?.replace(/\\"/g, '"') ?? word

const isMark = (token: Token | undefined, mark: string): boolean => token?.text === mark && !token.quoted

function readTop(reader: Reader, { servers, imports }: { servers: ServerBlock[]; imports: string[] }): void {
  const first = reader.tokens[reader.next]
  if (!first) return
  if (isMark(first, 'import')) {
    reader.next += 1
    imports.push(...readLine(reader))
    return
  }
  if (isMark(first, '}')) {
    report(reader, first.line, 'a closing brace has no opening one')
    reader.next += 1
    return
  }
  const { keys, isOpen } = readKeys(reader, first.line)
  const directives = readDirectives(reader, { isOpen: !isOpen })
  const snippet = keys.length === 1 ? /^\((.+)\)$/.exec(keys[0] ?? '')?.[1] : undefined
  if (snippet !== undefined) reader.snippets.set(snippet, directives)
  else servers.push({ keys, line: first.line, directives })
  if (!isOpen && servers.length > 1) report(reader, first.line, 'only a single server block may go without braces')
}

/** Reads keys up to a brace or the end of the line, unless its last word ends in a comma. */
function readKeys(reader: Reader, start: number): { readonly keys: readonly string[]; readonly isOpen: boolean } {
  const keys: string[] = []
  let [line, goesOn] = [start, false]
  for (let token = reader.tokens[reader.next]; token; token = reader.tokens[reader.next]) {
    if (token.line !== line && !goesOn) break
    reader.next += 1
    if (isMark(token, '{')) return { keys, isOpen: true }
    keys.push(...token.text.split(',').filter(Boolean))
    line = token.line
    goesOn = token.text.endsWith(',')
  }
  return { keys, isOpen: false }
}

/** Reads directives up to and including the closing brace; without an opening one up to the end. */
function readDirectives(reader: Reader, { isOpen }: { readonly isOpen: boolean }): readonly Directive[] {
  const directives: Directive[] = []
  for (let token = reader.tokens[reader.next]; token; token = reader.tokens[reader.next]) {
    reader.next += 1
    if (isMark(token, '}')) {
      if (!isOpen) return directives
      report(reader, token.line, 'a closing brace has no opening one')
    } else {
      const { text, line } = token
      const args = readLine(reader)
      const opens = isMark(reader.tokens[reader.next], '{') && reader.tokens[reader.next]?.line === lineBefore(reader)
      directives.push({ name: text, args, line, options: opens ? readOptions(reader) : [] })
    }
  }
  if (!isOpen) report(reader, reader.tokens.at(-1)?.line ?? 1, 'a brace is not closed')
  return directives
}

/** The line on which the previous word ends. */
const lineBefore = ({ tokens, next }: Reader): number => tokens[next - 1]?.end ?? 0

/** Reads the words of a line up to a brace. */
function readLine(reader: Reader): string[] {
  const words: string[] = []
  for (let token = reader.tokens[reader.next]; token?.line === lineBefore(reader); token = reader.tokens[reader.next]) {
    if (isMark(token, '{') || isMark(token, '}')) break
    words.push(token.text)
    reader.next += 1
  }
  return words
}

/** Reads the lines of a plugin's block; nested blocks are skipped. */
function readOptions(reader: Reader): readonly CorefileOption[] {
  const options: CorefileOption[] = []
  let depth = 0
  for (let token = reader.tokens[reader.next]; token; token = reader.tokens[reader.next]) {
    reader.next += 1
    if (isMark(token, '{')) depth += 1
    else if (isMark(token, '}')) depth -= 1
    else if (depth === 1) options.push({ name: token.text, args: readLine(reader), line: token.line })
    if (depth === 0) return options
  }
  report(reader, reader.tokens.at(-1)?.line ?? 1, 'a brace is not closed')
  return options
}

/** Replaces imports of snippets by their contents. Imports of files stay. */
function expand(reader: Reader, directives: readonly Directive[], depth: number): readonly Directive[] {
  return directives.flatMap(directive => {
    reader.left -= 1
    if (reader.left < 0) return []
    const snippet = directive.name === 'import' ? reader.snippets.get(directive.args[0] ?? '') : undefined
    return snippet && depth < mostDepth ? expand(reader, snippet, depth + 1) : [directive]
  })
}
