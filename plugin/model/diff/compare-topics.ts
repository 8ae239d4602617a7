import { isOk, type Reading, unavailable } from '../../../shared/reading.ts'
import type { Change, Gap } from './difference.ts'
import { factOf, nothing, type Topic } from './topic.ts'

/** The comparison of one node, or of the cluster when `node` is null. */
export interface Compared {
  readonly changes: readonly Change[]
  readonly gaps: readonly Gap[]
  /** Number of facts unknown on both sides. */
  readonly neither: number
}

interface Sides {
  readonly a: readonly Topic[]
  readonly b: readonly Topic[]
  readonly node: string | null
}

/** Compares facts of the same name. A fact unknown on one side is a gap, neither equal nor changed. */
export function compareTopics({ a, b, node }: Sides): Compared {
  const names = [...new Set([...a, ...b].map(({ name }) => name))]
  const nodes = node === null ? [] : [node]
  const results = names.map(name => compareTopic(name, { a: topicOf(a, name), b: topicOf(b, name), nodes }))
  return {
    changes: results.flatMap(({ changes }) => changes),
    gaps: results.flatMap(({ gaps }) => gaps),
    neither: results.reduce((sum, { neither }) => sum + neither, 0),
  }
}

/** The topic of a single object, such as `configMaps kube-system/coredns`, is unread when its whole kind is. */
const topicOf = (topics: readonly Topic[], name: string): Topic =>
  topics.find(topic => topic.name === name) ??
  topics.find(topic => topic.name === name.split(' ')[0]) ?? {
    name,
    facts: unavailable('not-recorded', 'it was not asked for'),
    isClosed: false,
  }

interface Pair {
  readonly a: Topic
  readonly b: Topic
  readonly nodes: readonly string[]
}

function compareTopic(topic: string, { a, b, nodes }: Pair): Compared {
  const known = { a: isKnown(a), b: isKnown(b) }
  if (!known.a && !known.b) return { changes: [], gaps: [], neither: 1 }
  const facts = [...new Set([...namesOf(a), ...namesOf(b)])].sort()
  if (!known.a || !known.b) {
    const [side, unread, read] = known.a ? (['b', b, a] as const) : (['a', a, b] as const)
    const says = read.isClosed || facts.some(fact => isOk(factOf(read, fact)))
    if (isOk(unread.facts) || !says) return { changes: [], gaps: [], neither: 1 }
    return { changes: [], gaps: [{ what: topic, nodes: [...nodes], side, why: unread.facts.detail }], neither: 0 }
  }
  const results = facts.map(fact => ({ fact, a: factOf(a, fact), b: factOf(b, fact) }))
  return {
    changes: results.flatMap(({ fact, a, b }) =>
      isOk(a) && isOk(b) && a.value !== b.value
        ? [{ topic, fact, ...differing(a.value, b.value), nodes: [...nodes] }]
        : [],
    ),
    gaps: results.flatMap(({ fact, a, b }) => gapOf(fact, { a, b, nodes })),
    neither: results.filter(({ a, b }) => !isOk(a) && !isOk(b)).length,
  }
}

/** `missing` is known. */
const isKnown = ({ facts }: Topic): boolean => isOk(facts) || facts.reason === 'missing'
const namesOf = ({ facts }: Topic): readonly string[] => (isOk(facts) ? [...facts.value.keys()] : [])

function gapOf(
  what: string,
  { a, b, nodes }: { readonly a: Reading<string>; readonly b: Reading<string>; readonly nodes: readonly string[] },
): readonly Gap[] {
  if (isOk(a) === isOk(b)) return []
  const unread = isOk(a) ? b : a
  return isOk(unread) ? [] : [{ what, nodes: [...nodes], side: isOk(a) ? 'b' : 'a', why: unread.detail }]
}

/** For multi-line texts, the lines that only one side has; if they differ only in order, says so. */
function differing(a: string, b: string): { readonly before: string; readonly after: string } {
  if (!a.includes('\n') && !b.includes('\n')) return { before: a || nothing, after: b || nothing }
  if (isOther(a, b) || isOther(b, a)) return { before: shortOf(a), after: shortOf(b) }
  const before = linesOnlyIn(a, b)
  const after = linesOnlyIn(b, a)
  const isReordered = before === '' && after === ''
  return isReordered ? { before: 'the same lines', after: 'in another order' } : { before, after }
}

/** Whether a text is a single line that the other lacks; comparing by lines would then show the other in full. */
const isOther = (text: string, other: string): boolean =>
  text === nothing || (!text.includes('\n') && text !== '' && !other.split('\n').includes(text))

/** A short text unchanged, a longer one as its number of lines. */
const shortOf = (text: string): string => {
  const lines = text.split('\n')
  return lines.length > mostLines ? `${lines.length} lines` : lines.map(bare).join(' ; ')
}

/** Maximum number of lines shown of a text without a counterpart. */
const mostLines = 4

function linesOnlyIn(text: string, other: string): string {
  const known = new Set(other.split('\n').map(bare))
  const lines = text.split('\n').map(bare)
  return lines
    .filter(line => /[^[\]{}\s]/.test(line) && !known.has(line))
    .join(' ; ')
    .slice(0, mostText)
}

/** A line without indentation and trailing comma, which depend on its position. */
const bare = (line: string): string => line.trim().replace(/,$/, '')

/** Maximum number of characters kept of a difference. */
const mostText = 2000
