import { isMissing, isOk, type Reading } from '../../shared/reading.ts'
import { type AnyCheck, foundAmong, notRun, type Outcome, type Undecided } from './check.ts'

/** Readings of parts by name. */
type Inputs = object

/** The answer of a node check, or `not-run` when an unread decisive input may hold what it did not find. */
export function judgedOnNode(outcome: Outcome, { decisive }: AnyCheck, inputs: Inputs): Outcome {
  if (outcome.kind !== 'passed') return outcome
  const [why] = unreadAmong(decisive, inputs)
  return why === undefined ? outcome : notRun(why)
}

interface Read {
  readonly cluster: Inputs
  /** Inputs by node name. */
  readonly nodes: ReadonlyMap<string, Inputs>
}

/** The answer of a cluster check, with the nodes that stay undecided because of unread decisive inputs. */
export function judgedOnCluster(outcome: Outcome, { decisive }: AnyCheck, { cluster, nodes }: Read): Outcome {
  if (outcome.kind !== 'passed' && outcome.kind !== 'found') return outcome
  const open: Undecided[] = unreadAmong(decisive, cluster).map(why => ({ nodes: [], why }))
  for (const [node, parts] of nodes) {
    for (const why of unreadAmong(decisive, parts)) open.push({ nodes: [node], why })
  }
  return outcome.kind === 'passed'
    ? foundAmong([], open)
    : foundAmong(outcome.drafts, [...(outcome.undecided ?? []), ...open])
}

const unreadAmong = (names: readonly string[], inputs: Inputs): readonly string[] =>
  Object.entries(inputs).flatMap(([name, reading]) => (names.includes(name) ? whyUnread(name, reading) : []))

/** `missing` is an answer. */
const whyUnread = (name: string, reading: Reading<unknown>): readonly string[] =>
  isOk(reading) || isMissing(reading) ? [] : [`${name} not read: ${reading.detail}`]
