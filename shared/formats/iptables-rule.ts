import { matchOptions, targetOptions } from './iptables-options.ts'
import { splitWords } from './shell-words.ts'

/** A required value (`is`) or a forbidden one (`not`); exactly one of them is set. */
export interface Condition {
  readonly is?: string
  readonly not?: string
}

/** All conditions of a rule; absent ones match everything. Values are the words of the dump. */
export interface Match {
  readonly source?: Condition
  readonly destination?: Condition
  readonly protocol?: Condition
  readonly input?: Condition
  readonly output?: Condition
  /** A port or a range `first:last`, of the protocol. */
  readonly sourcePort?: Condition
  readonly destinationPort?: Condition
  /** Ports and ranges with commas (`multiport`). */
  readonly sourcePorts?: Condition
  readonly destinationPorts?: Condition
  /** Packet mark as `value/mask`. */
  readonly mark?: Condition
  /** States of connection tracking with commas. */
  readonly state?: Condition
  /** Types of addresses (`LOCAL`). */
  readonly sourceType?: Condition
  readonly destinationType?: Condition
  /** An ipset and its directions, as `KUBE-CLUSTER-IP dst,dst`. */
  readonly set?: Condition
  /** `random` or `nth`, with what belongs to it. */
  readonly statistic?: Condition
  readonly probability?: Condition
  readonly every?: Condition
  readonly comment?: Condition
  /** All other words, verbatim, with their module (`-m`). */
  readonly others?: readonly { readonly module: string | null; readonly words: readonly string[] }[]
}

/** A chain, or a target such as `DNAT` with its options. */
export interface Target {
  readonly name: string
  readonly isGoto?: true
  readonly toDestination?: string
  readonly toSource?: string
  readonly toPorts?: string
  /** `value/mask`. */
  readonly setMark?: string
  readonly rejectWith?: string
  readonly logPrefix?: string
  readonly isRandomFully?: true
  /** All other words, verbatim. */
  readonly others?: readonly string[]
}

/** A parsed rule. `target` is null for a rule that only counts. */
export interface Rule {
  readonly match: Match
  readonly target: Target | null
  /** Counters among the options (`-c`), as older programs print them. */
  readonly counters: { readonly packets: number; readonly bytes: number } | null
}

type Draft<T> = { -readonly [K in keyof T]: T[K] }

interface Reader {
  readonly words: readonly string[]
  readonly match: Draft<Omit<Match, 'others'>>
  /** Keys set in the match; looking up absent keys of an object is slow. */
  readonly keys: Set<string>
  readonly others: { module: string | null; words: string[] }[]
  target: Draft<Omit<Target, 'others'>> | null
  readonly targetOthers: string[]
  counters: Rule['counters']
  at: number
  /** The module of the next options; null for iptables itself. */
  module: string | null
  /** Unknown words of the module, if any. */
  unknown: string[] | null
  /** Whether the module has a known option. */
  isKnown: boolean
  isTarget: boolean
}

/** Parses the text of a rule; unknown words are kept verbatim. Null for text that ends inside quotes. */
export function readRule(text: string): Rule | null {
  const words = splitWords(text)
  if (words === null) return null
  const reader: Reader = {
    words,
    match: {},
    keys: new Set(),
    others: [],
    target: null,
    targetOthers: [],
    counters: null,
    at: 0,
    module: null,
    unknown: null,
    isKnown: true,
    isTarget: false,
  }
  while (reader.at < words.length) readOption(reader)
  enter(reader, null)
  const { match, others, target, targetOthers, counters } = reader
  return { match: withOthers(match, others), target: target && withOthers(target, targetOthers), counters }
}

const withOthers = <T extends object, U>(value: T, others: readonly U[]): T & { readonly others?: readonly U[] } =>
  others.length === 0 ? value : { ...value, others }

function readOption(reader: Reader): void {
  const { words, at } = reader
  const isNot = words[at] === '!'
  const option = words[isNot ? at + 1 : at] ?? ''
  const value = words[isNot ? at + 2 : at + 1]
  if (value !== undefined && !isNot && readFrame(reader, option, value)) return
  if (reader.isTarget && !isNot && readTargetOption(reader, option, value)) return
  if (value !== undefined && readCondition(reader, { option, value, isNot })) return
  keepWord(reader, words[at] ?? '')
  if (isNot && at + 1 < words.length) keepWord(reader, option)
}

/** Reads a module, a target or counters. */
function readFrame(reader: Reader, option: string, value: string): boolean {
  if (option === '-m') {
    enter(reader, value)
  } else if ((option === '-j' || option === '-g') && reader.target === null) {
    enter(reader, null)
    reader.isTarget = true
    reader.target = option === '-g' ? { name: value, isGoto: true } : { name: value }
  } else return option === '-c' && readCounters(reader, value)
  reader.at += 2
  return true
}

/** The older place of counters: `-c <packets> <bytes>`. */
function readCounters(reader: Reader, packets: string): boolean {
  const bytes = reader.words[reader.at + 2] ?? ''
  if (!isCount(packets) || !isCount(bytes) || reader.counters !== null) return false
  reader.counters = { packets: Number(packets), bytes: Number(bytes) }
  reader.at += 3
  return true
}

const isCount = (word: string): boolean => /^\d{1,20}$/.test(word)

/** Ends the current module and begins another; one without known options is kept by name. */
function enter(reader: Reader, module: string | null): void {
  if (!reader.isKnown) keepModule(reader)
  reader.module = module
  reader.isKnown = module === null
  reader.unknown = null
  reader.isTarget = false
}

/** The list for unknown words of the module; those of iptables itself share one list. */
function keepModule({ others, module, unknown }: Reader): string[] {
  if (unknown !== null) return unknown
  const known = module === null ? others.find(other => other.module === null) : undefined
  if (known !== undefined) return known.words
  const words: string[] = []
  if (module === null) others.unshift({ module, words })
  else others.push({ module, words })
  return words
}

function keepWord(reader: Reader, word: string): void {
  reader.at += 1
  if (reader.isTarget) reader.targetOthers.push(word)
  else {
    reader.unknown = keepModule(reader)
    reader.unknown.push(word)
  }
}

function readTargetOption(reader: Reader, option: string, value: string | undefined): boolean {
  const { target } = reader
  if (target === null) return false
  if (option === '--random-fully' && target.isRandomFully === undefined) {
    target.isRandomFully = true
    reader.at += 1
    return true
  }
  const key = targetOptions.get(option)
  if (key === undefined || value === undefined || target[key] !== undefined) return false
  target[key] = value
  reader.at += 2
  return true
}

function readCondition(
  reader: Reader,
  { option, value, isNot }: { option: string; value: string; isNot: boolean },
): boolean {
  const known = matchOptions.get(option)
  const { match } = reader
  if (known === undefined || reader.keys.has(known.key)) return false
  const module = known.module === 'protocol' ? match.protocol?.is : known.module
  if (module === null) enter(reader, null)
  else if (module !== reader.module) return false
  // Before 1.4 the negation was before the value.
  const isOld = value === '!' && !isNot && known.key !== 'comment'
  return isOld
    ? setCondition(reader, { ...known, isNot: true, skip: 2 })
    : setCondition(reader, { ...known, isNot, skip: isNot ? 2 : 1 })
}

interface Place {
  readonly key: Exclude<keyof Match, 'others'>
  readonly count: number
  readonly isNot: boolean
  /** Words before the value. */
  readonly skip: number
}

function setCondition(reader: Reader, { key, count, isNot, skip }: Place): boolean {
  const start = reader.at + skip
  const value = count === 1 ? reader.words[start] : joinWords(reader.words.slice(start, start + count), count)
  if (value === undefined) return false
  reader.keys.add(key)
  reader.match[key] = isNot ? { not: value } : { is: value }
  reader.isKnown = true
  reader.at = start + count
  return true
}

const joinWords = (words: readonly string[], count: number): string | undefined =>
  words.length === count && words.every(word => word !== '' && !word.includes(' ')) ? words.join(' ') : undefined
