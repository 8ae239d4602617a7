import { isMissing, isOk, mapReading, ok, type Reading, unavailable } from '../../../shared/reading.ts'

/** Facts by name, each with its own reading. */
export type FactReadings = ReadonlyMap<string, Reading<string>>

/** Facts of one place from one source, which are read or unread together. */
export interface Topic {
  readonly name: string
  readonly facts: Reading<FactReadings>
  /** Whether a fact that is not listed is known to be absent. */
  readonly isClosed: boolean
}

/** Value of an absent fact. */
export const nothing = '(none)'

interface Definition<T> {
  readonly name: string
  readonly reading: Reading<T>
  readonly facts: (value: T) => Iterable<readonly [string, Reading<string>]>
}

/** A topic whose list is complete, such as the routes of a node. */
export const closedTopic = <T>({ name, reading, facts }: Definition<T>): Topic => ({
  name,
  facts: mapReading(reading, value => new Map(facts(value))),
  isClosed: true,
})

/** A topic that may lack some facts because they are unread. */
export const openTopic = <T>({ name, reading, facts }: Definition<T>): Topic => ({
  ...closedTopic({ name, reading, facts }),
  isClosed: false,
})

/** The reading of a fact; an absent fact of a closed topic is `nothing`. */
export function factOf({ facts, isClosed }: Topic, name: string): Reading<string> {
  if (isMissing(facts)) return ok(nothing)
  if (!isOk(facts)) return facts
  const reading = facts.value.get(name)
  if (reading === undefined) return isClosed ? ok(nothing) : unavailable('not-recorded', 'its value is not known')
  return isMissing(reading) ? ok(nothing) : reading
}

/** JSON of an object in comparable lines, without unset fields. */
export const linesOf = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (inner === null ? undefined : inner), 1)
