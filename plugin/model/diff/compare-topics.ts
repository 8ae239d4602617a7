import { isOk, type Reading, unavailable } from '../../../shared/reading.ts'
import type { Change, Gap } from './difference.ts'
import { factOf, nothing, type Topic } from './topic.ts'

/** What comparing one place gives: a node, or the cluster when `node` is null. */
export interface Compared {
  readonly changes: readonly Change[]
  readonly gaps: readonly Gap[]
  /** Facts that neither side knows. */
  readonly neither: number
}

interface Sides {
  readonly a: readonly Topic[]
  readonly b: readonly Topic[]
  readonly node: string | null
}

/** Compares facts of the same name. What one side does not know is a gap, never the same and never a change. */
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

/** A topic of one object, such as `configMaps kube-system/coredns`, is unread where all of its kind are. */
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

/** That nothing is there is knowledge. */
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

/** Of texts of several lines, what only one of them has; of equal lines in another order, that. */
function differing(a: string, b: string): { readonly before: string; readonly after: string } {
  if (!a.includes('\n') && !b.includes('\n')) return { before: a || nothing, after: b || nothing }
  if (isOther(a, b) || isOther(b, a)) return { before: shortOf(a), after: shortOf(b) }
  const before = linesOnlyIn(a, b)
  const after = linesOnlyIn(b, a)
  const isReordered = before === '' && after === ''
  return isReordered ? { before: 'the same lines', after: 'in another order' } : { before, after }
}

/** One line that the other text does not hold: comparing their lines would show the other one whole. */
const isOther = (text: string, other: string): boolean =>
  text === nothing || (!text.includes('\n') && text !== '' && !other.split('\n').includes(text))

/** A text of few lines as it is, a longer one by its size. */
const shortOf = (text: string): string => {
  const lines = text.split('\n')
  return lines.length > mostLines ? `${lines.length} lines` : lines.map(bare).join(' ; ')
}

/** Lines of a text that has no counterpart which are shown. */
const mostLines = 4

function linesOnlyIn(text: string, other: string): string {
  const known = new Set(other.split('\n').map(bare))
  const lines = text.split('\n').map(bare)
  return lines
    .filter(line => /[^[\]{}\s]/.test(line) && !known.has(line))
    .join(' ; ')
    .slice(0, mostText)
}

/** A line without what only its place in the text decides. */
const bare = (line: string): string => line.trim().replace(/,$/, '')

/** Characters of what differs that are kept. */
const mostText = 2000
