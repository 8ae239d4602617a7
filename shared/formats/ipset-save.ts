import * as z from 'zod/mini'
import { splitWords } from './shell-words.ts'

/** A set of `ipset save`. */
export const ipsetSchema = z.object({
  name: z.string(),
  /** As `hash:ip,port`. */
  type: z.string(),
  /** Words after the type, as `family inet hashsize 1024`. */
  options: z.array(z.string()),
  /** As `10.96.0.10,tcp:53`, with the words after it. */
  entries: z.array(z.object({ value: z.string(), options: z.array(z.string()) })),
  /** Entries left out because of the size limit. */
  omitted: z.number(),
})
export type Ipset = z.infer<typeof ipsetSchema>

/** A parsed dump of ipsets. */
export interface IpsetDump {
  readonly sets: Ipset[]
  /** Sets left out completely. */
  readonly omittedSets: number
  /** Lines that are neither a set nor an entry; a healthy dump has none. */
  readonly strayLines: number
}

/** Overhead of a set or entry in addition to its text. */
const overhead = 60

/** Parses the output of `ipset save`; beyond `room` characters the rest is counted as omitted. Never throws. */
export function parseIpsetSave(text: string, room = Number.POSITIVE_INFINITY): IpsetDump {
  const dump = { sets: [], omittedSets: 0, strayLines: 0, known: new Map<string, Ipset>(), room }
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    if (end > start && !readLine(dump, text.slice(start, end))) dump.strayLines += 1
    start = end + 1
  }
  const { sets, omittedSets, strayLines } = dump
  return { sets, omittedSets, strayLines }
}

interface Draft {
  readonly sets: Ipset[]
  readonly known: Map<string, Ipset>
  omittedSets: number
  room: number
}

function readLine(dump: Draft, line: string): boolean {
  const [verb, name, value, ...options] = splitWords(line) ?? []
  if (verb === undefined) return line.trim() === ''
  if (name === undefined || value === undefined) return false
  dump.room -= line.length + overhead
  if (verb === 'create' && !dump.known.has(name)) return addSet(dump, { name, type: value, options })
  const set = verb === 'add' ? dump.known.get(name) : undefined
  if (set === undefined) return false
  if (dump.room < 0) set.omitted += 1
  else set.entries.push({ value, options })
  return true
}

function addSet(dump: Draft, head: Pick<Ipset, 'name' | 'type' | 'options'>): true {
  const set = { ...head, entries: [], omitted: 0 }
  dump.known.set(head.name, set)
  if (dump.room < 0) dump.omittedSets += 1
  else dump.sets.push(set)
  return true
}
