import { isMissing, isOk, mapReading, ok, type Reading, unavailable } from '../../../shared/reading.ts'

/** Facts by their name, each with a reading of its own. */
export type FactReadings = ReadonlyMap<string, Reading<string>>

/** Facts of one place that come from one source, so that they are read or unread together. */
export interface Topic {
  readonly name: string
  readonly facts: Reading<FactReadings>
  /** True where a fact that is not listed is known not to be there. */
  readonly isClosed: boolean
}

/** Stands for what was looked for and is not there. */
export const nothing = '(none)'

interface Definition<T> {
  readonly name: string
  readonly reading: Reading<T>
  readonly facts: (value: T) => Iterable<readonly [string, Reading<string>]>
}

/** A list of which everything is known, such as the routes of a node. */
export const closedTopic = <T>({ name, reading, facts }: Definition<T>): Topic => ({
  name,
  facts: mapReading(reading, value => new Map(facts(value))),
  isClosed: true,
})

/** Settings of which some may be unread. */
export const openTopic = <T>({ name, reading, facts }: Definition<T>): Topic => ({
  ...closedTopic({ name, reading, facts }),
  isClosed: false,
})

/** The reading of a fact; that nothing is there is an answer. */
export function factOf({ facts, isClosed }: Topic, name: string): Reading<string> {
  if (isMissing(facts)) return ok(nothing)
  if (!isOk(facts)) return facts
  const reading = facts.value.get(name)
  if (reading === undefined) return isClosed ? ok(nothing) : unavailable('not-recorded', 'its value is not known')
  return isMissing(reading) ? ok(nothing) : reading
}

/** JSON of an object in lines that can be compared, without what is not set. */
export const linesOf = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (inner === null ? undefined : inner), 1)
