import { visitNames } from './name-text.ts'
import type { Keyed } from './pseudo-random.ts'
import { vocabulary } from './vocabulary.ts'

/** Maps each name to another of the same length, with the same digits and dashes. */
export interface NameMap {
  /** Registers a name, or several joined by dots. */
  addName(name: string): void
  /** Registers a machine's name, which may be an ordinary word with a number, such as `worker-1`. */
  addMachine(name: string): void
  /** Registers a word that has a meaning, such as a field name; it stays. */
  addMeaning(word: string): void
  /** The text with replaced names; everything must be registered before the first call. */
  rewrite(text: string): string
  /** Names that were replaced. */
  exchanged(): ReadonlyMap<string, string>
}

/** Replaces names word by word, so that derived names stay derived: a pod's name still begins with its workload's. */
export function createNameMap(keyed: Keyed): NameMap {
  const names = new Set<string>()
  const machines = new Set<string>()
  const meanings = new Set<string>()
  const exchanged = new Map<string, string>()
  const known = new Map<string, string>()
  let chosen: Chosen | null = null

  const addName = (name: string): void => {
    for (const label of name.split('.')) if (isName.test(label)) names.add(label)
  }
  const rewriteToken = (token: string): string => {
    const image = known.get(token)
    if (image !== undefined) return image
    chosen ??= choose({ names, machines, meanings }, keyed)
    const made = exchange(token, chosen)
    if (known.size >= mostTokens) known.clear()
    known.set(token, made)
    if (made !== token) exchanged.set(token, made)
    return made
  }
  return {
    addName,
    addMachine: name => {
      addName(name)
      machines.add(name.split('.', 1).join(''))
    },
    addMeaning: word => void meanings.add(word),
    rewrite: text => visitNames(text, rewriteToken),
    exchanged: () => exchanged,
  }
}

const isName = /^[a-z0-9](?:[a-z0-9-]{0,251}[a-z0-9])?$/
const mostTokens = 200_000

interface Chosen {
  /** Words that are replaced wherever they occur between dashes. */
  readonly words: ReadonlySet<string>
  /** Names made of ordinary words and a number, such as `node-1`; they are replaced as a whole. */
  readonly wholes: ReadonlySet<string>
  /** Machine names that are also recognised after letters, as in the device name `vnode1`. */
  readonly glued: ReadonlySet<string>
  readonly stem: (letters: string) => string
}

interface Learned {
  readonly names: ReadonlySet<string>
  readonly machines: ReadonlySet<string>
  readonly meanings: ReadonlySet<string>
}

function choose({ names, machines, meanings }: Learned, keyed: Keyed): Chosen {
  const isPlain = (word: string): boolean => isOrdinary(word) || meanings.has(word)
  const split = [...names].map(name => name.split('-'))
  const words = split.flatMap(parts => parts.filter((part, at) => !isPlain(part) && !isGenerated(part, { at, parts })))
  const wholes = [...machines].filter(name => /[-\d]/.test(name) && isName.test(name) && name.split('-').every(isPlain))
  const stems = split.flat().flatMap(word => [word, ...(word.match(/[a-z]+/g) ?? [])])
  return {
    words: new Set(words),
    wholes: new Set(wholes),
    glued: new Set([...machines].filter(name => name.length >= leastGlued && /[-\d]/.test(name) && isName.test(name))),
    stem: createStems(inOrder(machines, isPlain), { taken: new Set([...vocabulary, ...meanings, ...stems]), keyed }),
  }
}

/** Words of the vocabulary, numbers, and words that are too short or look like part of an id. */
const isOrdinary = (word: string): boolean =>
  word.length < 3 ||
  !/[a-z]{3}/.test(word) ||
  vocabulary.has(word) ||
  /^(?:[0-9a-f]{3,4}|(?=.*\d)[0-9a-f]{4,})$/.test(word)

/** Generated suffixes of Kubernetes contain no vowels. */
const isGenerated = (word: string, { at, parts }: { at: number; parts: readonly string[] }): boolean =>
  at > 0 &&
  at >= parts.length - 2 &&
  /^(?:[bcdfghjklmnpqrstvwxz2456789]{5}|[bcdfghjklmnpqrstvwxz2456789]{8,10})$/.test(word)

/** Shorter names occur inside other words by chance. */
const leastGlued = 5

/** Replaces whole names first, longest first, then single words. */
function exchange(token: string, chosen: Chosen): string {
  const { words, wholes, glued, stem } = chosen
  const parts = token.split(/(-+)/)
  const image = (part: string): string => part.replace(/[a-z]{3,}/g, stem)
  const whole = (part: string): string => (/^[a-z]+\d*$/.test(part) ? part.replace(/[a-z]+/, stem) : part)
  let made = ''
  for (let at = 0; at < parts.length; ) {
    const part = parts[at] ?? ''
    const end = endOfName(parts, { at, names: wholes })
    const device = end > at || words.has(part) ? null : gluedAt(parts, { at, names: glued })
    if (end > at) made += parts.slice(at, end).map(whole).join('')
    else if (device) made += device.letters + exchange(device.name, chosen)
    else made += words.has(part) ? image(part) : part
    at = Math.max(end, device?.end ?? at, at + 1)
  }
  return made
}

const mostParts = 17

interface Where {
  readonly at: number
  readonly names: ReadonlySet<string>
}

function endOfName(parts: readonly string[], { at, names }: Where): number {
  if (names.size === 0 || at % 2 === 1) return at
  for (let end = Math.min(parts.length, at + mostParts); end > at; end -= 1) {
    if (names.has(parts.slice(at, end).join(''))) return end
  }
  return at
}

/** Finds a name after up to five letters. */
function gluedAt(parts: readonly string[], { at, names }: Where) {
  const [before = ''] = /^[a-z]{1,5}(?=[a-z])/.exec(parts[at] ?? '') ?? []
  for (let length = before.length; length > 0; length -= 1) {
    const rest = [(parts[at] ?? '').slice(length), ...parts.slice(at + 1, at + mostParts)]
    const end = endOfName(rest, { at: 0, names })
    if (end > 0) return { letters: before.slice(0, length), name: rest.slice(0, end).join(''), end: at + end }
  }
  return null
}

/** New three-letter beginnings (as numbers) for the machine words that are replaced, in the same order as the words. */
function inOrder(
  machines: ReadonlySet<string>,
  isPlain: (word: string) => boolean,
): ReadonlyMap<string, readonly [number, number]> {
  const words = [...machines].flatMap(name => name.split('-', 1)).filter(word => /^[a-z]{3,}\d*$/.test(word))
  const stems = [...new Set(words.map(word => word.replace(/\d+$/, '')))].sort()
  const kept = new Set(words.filter(isPlain))
  const ranges = new Map<string, readonly [number, number]>()
  let least = 0
  for (let at = 0; at < stems.length; ) {
    const next = stems.findIndex((stem, index) => index >= at && kept.has(stem))
    const end = next < 0 ? stems.length : next
    const most = next < 0 ? 26 ** 3 : beginningOf(stems[next] ?? '')
    const slot = Math.floor((most - least) / Math.max(1, end - at))
    for (const [index, stem] of stems.slice(at, end).entries()) ranges.set(stem, [least + index * slot, slot])
    least = most + 1
    at = end + 1
  }
  return ranges
}

const beginningOf = (word: string): number => [0, 1, 2].reduce((sum, at) => sum * 26 + word.charCodeAt(at) - 97, 0)

const beginning = (value: number): string =>
  [676, 26, 1].map(unit => String.fromCharCode(97 + (Math.floor(value / unit) % 26))).join('')

/** Generates a distinct replacement for each word, never one that already exists. */
function createStems(
  ranges: ReadonlyMap<string, readonly [number, number]>,
  { taken, keyed }: { taken: ReadonlySet<string>; keyed: Keyed },
): Chosen['stem'] {
  const images = new Map<string, string>()
  const used = new Set(taken)
  const make = (letters: string, attempt: number): string => {
    const free = lettersOf(letters.length, `${letters}/${attempt}`, keyed)
    const [least = 0, slot = 0] = ranges.get(letters) ?? []
    if (slot < 1 || attempt > mostAttempts) return free
    const [one = 0, two = 0] = keyed(`order/${letters}/${attempt}`)
    return beginning(least + ((one * 256 + two) % slot)) + free.slice(3)
  }
  return letters => {
    const known = images.get(letters)
    if (known !== undefined) return known
    if (letters.length < 3) return rotate(letters, keyed)
    let made = ''
    for (let attempt = 0; made === '' || used.has(made); attempt += 1) made = make(letters, attempt)
    used.add(made)
    images.set(letters, made)
    return made
  }
}

/** After this many attempts without a free word, the order is given up. */
const mostAttempts = 100

/** Shifts each letter, for words with too few letters to choose a replacement from. */
const rotate = (letters: string, keyed: Keyed): string =>
  Array.from(letters, (letter, at) =>
    String.fromCharCode(
      97 + ((letter.charCodeAt(0) - 97 + 1 + ((keyed(`letter/${letters.length}/${at}`)[0] ?? 0) % 25)) % 26),
    ),
  ).join('')

function lettersOf(length: number, text: string, keyed: Keyed): string {
  let made = ''
  for (let block = 0; made.length < length; block += 1) {
    for (const byte of keyed(`name/${text}/${block}`)) made += String.fromCharCode(97 + (byte % 26))
  }
  return made.slice(0, length)
}
