/** Texts that are shorter cost no more than a reference to them. */
const shortText = 16
/** Of a value with more, as the rules of a large node, only texts are looked up: its objects count packets and are unlike all others. */
const mostObjects = 5_000
/** What no other value had within so many is forgotten: names of one node would else be kept for ever. */
const mostRounds = 8

/**
 * Nodes of a cluster tell mostly the same, so equal parts of several values are kept once, and memory grows with what
 * differs. The function takes values one after the other, each as if read from JSON and owned by nobody else, and returns
 * an equal one. Equal parts of the same value stay different objects, because whoever counts tells them apart by identity.
 */
export function createValuePool(): <T>(value: T) => T {
  const [texts, objects] = [new Pool<string>('text'), new Pool<object>('object')]
  const visit: Visit = value => {
    if (typeof value === 'string' && value.length > shortText) return texts.share(value, value)
    if (typeof value !== 'object' || value === null) return { value, key: JSON.stringify(value) ?? 'undefined' }
    const content = replaceParts(value, visit)
    if (content === null || objects.added > mostObjects) return { value, key: null }
    const first = objects.share(content, value)
    return first.uses === 1 ? first : objects.share(`${first.uses} ${content}`, value)
  }
  return value => {
    const shared = visit(value).value
    texts.endRound()
    objects.endRound()
    // Equal to what was given.
    return shared as typeof value
  }
}

/** What is kept of a part, and what stands for it in the content of those that hold it; null where it is like no other. */
interface Part {
  readonly value: unknown
  readonly key: string | null
}

type Visit = (value: unknown) => Part

/** Puts what is kept in the place of each part, and returns the content as a text; null where a part is like no other. */
function replaceParts(value: object, visit: Visit): string | null {
  // Its parts are replaced by equal ones, whatever it is.
  const held = value as Record<string, unknown>
  let content: string | null = Array.isArray(value) ? '[' : '{'
  for (const name of Object.keys(held)) {
    const part = visit(held[name])
    held[name] = part.value
    // With its length, as a name may hold any character.
    content = content === null || part.key === null ? null : `${content}${name.length}:${name}=${part.key},`
  }
  return content
}

interface Pooled<T> {
  readonly value: T
  readonly key: string
  /** The last round in which it was met, and how often there. */
  round: number
  uses: number
}

/** Values by their content. A round is one value of the caller's with all of its parts. */
class Pool<T> {
  readonly #known = new Map<string, Pooled<T>>()
  readonly #rounds: string[][] = []
  #new: string[] = []
  readonly #kind: string
  #round = 0
  #keys = 0

  /** `kind` tells its keys from those of other pools, with which they stand in one content. */
  constructor(kind: string) {
    this.#kind = kind
  }

  /** Values that nobody had before this round. */
  get added(): number {
    return this.#new.length
  }

  /** The value that had this content before, or this one. */
  share(content: string, value: T): Pooled<T> {
    const known = this.#known.get(content)
    if (!known) return this.#add(content, value)
    known.uses = known.round === this.#round ? known.uses + 1 : 1
    known.round = this.#round
    return known
  }

  endRound(): void {
    this.#rounds.push(this.#new)
    this.#new = []
    this.#round += 1
    const old = this.#rounds.length > mostRounds ? (this.#rounds.shift() ?? []) : []
    for (const content of old) if (this.#isLonely(content)) this.#known.delete(content)
  }

  #add(content: string, value: T): Pooled<T> {
    const added = { value, key: `${this.#kind}#${this.#keys++}`, round: this.#round, uses: 1 }
    this.#known.set(content, added)
    this.#new.push(content)
    return added
  }

  #isLonely(content: string): boolean {
    return this.#known.get(content)?.round === this.#round - mostRounds - 1
  }
}
