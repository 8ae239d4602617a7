/** Where and why a text is not JSON. Line and column count from 1, in UTF-16 units. */
export interface JsonError {
  readonly message: string
  readonly line: number
  readonly column: number
}

/**
 * Finds the first JSON syntax error (RFC 8259); null for valid JSON. Accepts exactly what JSON.parse accepts, whose
 * error messages vary between engines and often lack a position.
 */
export function findJsonError(text: string): JsonError | null {
  const open: string[] = []
  let state: State = 'value'
  let at = skipSpace(text, 0)
  for (; at < text.length; at = skipSpace(text, at)) {
    const token = readToken(text, at)
    if (token.problem !== undefined) return place(text, token.end, token.problem)
    const next = advance(state, { kind: token.kind, open })
    if (next === null) return place(text, at, `${nameOf(token.kind)} stands where ${expected[state]} belongs`)
    state = next
    at = token.end
  }
  return state === 'end' ? null : place(text, text.length, `the text ends where ${expected[state]} belongs`)
}

type State = keyof typeof expected

const expected = {
  value: 'a value',
  'first value': 'a value or "]"',
  key: 'a key in quotes',
  'first key': 'a key in quotes or "}"',
  colon: '":"',
  'next element': '"," or "]"',
  'next member': '"," or "}"',
  end: 'nothing more',
} as const

interface Token {
  readonly kind: string
  readonly end: number
  /** Set for text that is not a token; `end` is its position. */
  readonly problem?: string
}

const space = /[ \t\n\r]*/y
const literal = /true|false|null/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

const skipSpace = (text: string, at: number): number => matchEnd(space, { text, at }) ?? at

function matchEnd(pattern: RegExp, { text, at }: { text: string; at: number }): number | null {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : null
}

function readToken(text: string, at: number): Token {
  const first = text.charAt(at)
  if (first === '"') return readString(text, at)
  if ('{}[],:'.includes(first)) return { kind: first, end: at + 1 }
  const end = matchEnd(literal, { text, at }) ?? matchEnd(number, { text, at })
  if (end !== null) return { kind: 'scalar', end }
  return { kind: 'unknown', end: at, problem: `${describe(first)} begins no value` }
}

function readString(text: string, start: number): Token {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '"') return { kind: 'string', end: at + 1 }
    if (char < ' ') return { kind: 'unknown', end: at, problem: `${describe(char)} stands inside a string` }
    if (char !== '\\') continue
    const escaped = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(at + 1, at + 6))
    if (!escaped) return { kind: 'unknown', end: at, problem: 'an escape is unknown' }
    at += escaped[0].length
  }
  return { kind: 'unknown', end: text.length, problem: 'the text ends inside a string' }
}

const values = { scalar: 'done', string: 'done', '{': 'open', '[': 'open' } as const

/** Transitions by state and token; an unlisted token is an error. */
const moves: Readonly<Record<State, Readonly<Record<string, State | 'done' | 'open' | 'close'>>>> = {
  value: values,
  'first value': { ...values, ']': 'close' },
  key: { string: 'colon' },
  'first key': { string: 'colon', '}': 'close' },
  colon: { ':': 'value' },
  'next element': { ',': 'value', ']': 'close' },
  'next member': { ',': 'key', '}': 'close' },
  end: {},
}

/** The state after a token; null when the token is not allowed. */
function advance(state: State, { kind, open }: { kind: string; open: string[] }): State | null {
  const move = moves[state][kind]
  if (move === 'open') {
    open.push(kind)
    return kind === '{' ? 'first key' : 'first value'
  }
  if (move === 'close') open.pop()
  return move === 'close' || move === 'done' ? after(open) : (move ?? null)
}

const after = (open: readonly string[]): State => {
  const inner = open.at(-1)
  if (inner === undefined) return 'end'
  return inner === '{' ? 'next member' : 'next element'
}

const nameOf = (kind: string): string => (kind.length === 1 ? `"${kind}"` : kind === 'string' ? 'a string' : 'a value')

const describe = (char: string): string =>
  char > ' ' && char < '\u007f'
    ? `"${char}"`
    : `character U+${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0').toUpperCase()}`

function place(text: string, at: number, message: string): JsonError {
  const before = text.slice(0, at)
  return { message, line: before.split('\n').length, column: at - before.lastIndexOf('\n') }
}
