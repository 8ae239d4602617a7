import * as z from 'zod/mini'
import { readOutput } from '../discovery/command-output.ts'
import { readNumber, unlessUnread } from '../discovery/values.ts'
import { neighbourSchema, parseIpNeigh } from '../formats/ip-neigh.ts'
import { parseNeighbourStat } from '../formats/neighbour-stat.ts'
import { parseProcArp } from '../formats/proc-net-arp.ts'
import type { Host, ReadOptions } from '../host.ts'
import { limits } from '../limits.ts'
import { type CollectContext, definePart, readingOf } from '../part.ts'
import { isOk, mapReading, ok, type Reading } from '../reading.ts'
import { readText } from '../text.ts'

const countersSchema = z.record(z.string(), z.number())

/**
 * Neighbour table of one family. Limits and counters exist in the initial network namespace only, and count all
 * namespaces together.
 */
const tableSchema = z.object({
  /** Numbers of entries: below `least` nothing is collected, above `hard` (`gc_thresh3`) no neighbour is added. */
  limits: readingOf(z.object({ least: z.number(), soft: z.number(), hard: z.number() })),
  /**
   * Sums over CPUs by the kernel's column names; `entries` is the number of entries, `table_fulls` how often the table
   * was full.
   */
  counters: readingOf(countersSchema),
  /** A second sample, at least `afterMs` later. */
  later: readingOf(z.object({ afterMs: z.number(), counters: countersSchema })),
})
type Table = z.infer<typeof tableSchema>

/** Neighbours (ARP and neighbour discovery), and the use of their tables. */
export const neighboursSchema = z.object({
  entries: readingOf(z.array(neighbourSchema)),
  /** False when only /proc/net/arp was read: no IPv6, and less detailed states. */
  complete: z.boolean(),
  ipv4: tableSchema,
  ipv6: tableSchema,
})
export type Neighbours = z.infer<typeof neighboursSchema>

export const neighbours = definePart<Neighbours>({
  schema: neighboursSchema,
  collect: async (host, context) => {
    const { entries, complete } = await readEntries(host)
    const [ipv4, ipv6] = await Promise.all([
      readTable(host, { folder: 'ipv4', file: 'arp_cache', context }),
      readTable(host, { folder: 'ipv6', file: 'ndisc_cache', context }),
    ])
    return unlessUnread([entries, ipv4.counters, ipv4.limits], { entries, complete, ipv4, ipv6 })
  },
})

async function readEntries(host: Host): Promise<Pick<Neighbours, 'entries' | 'complete'>> {
  const printed = await readOutput(host, 'ip-neigh')
  const entries = isOk(printed) ? parseIpNeigh(printed.value) : printed
  if (isOk(entries)) return { entries, complete: true }
  const text = await readText(host, '/proc/net/arp', { maxBytes: limits.commandBytes })
  return { entries: isOk(text) ? parseProcArp(text.value) : text, complete: false }
}

async function readTable(
  host: Host,
  { folder, file, context }: { folder: string; file: string; context: CollectContext },
): Promise<Table> {
  const thresholds = await Promise.all(
    [1, 2, 3].map(level => readNumber(host, `/proc/sys/net/${folder}/neigh/default/gc_thresh${level}`)),
  )
  const unread = thresholds.find(threshold => !isOk(threshold))
  const [least = 0, soft = 0, hard = 0] = thresholds.map(threshold => (isOk(threshold) ? threshold.value : 0))
  const counters = await readCounters(host, file)
  return {
    limits: unread && !isOk(unread) ? unread : ok({ least, soft, hard }),
    counters,
    later: isOk(counters) ? await readLater(host, { file, context }) : counters,
  }
}

async function readCounters(host: Host, file: string, options?: ReadOptions): Promise<Reading<Record<string, number>>> {
  const text = await readText(host, `/proc/net/stat/${file}`, options)
  return isOk(text) ? mapReading(parseNeighbourStat(text.value), counters => ({ ...counters })) : text
}

async function readLater(
  host: Host,
  { file, context }: { file: string; context: CollectContext },
): Promise<Table['later']> {
  const start = context.now()
  await context.pause(context.sampleMs)
  const counters = await readCounters(host, file, { sample: 2 })
  const afterMs = Math.max(context.sampleMs, context.now() - start)
  return mapReading(counters, value => ({ afterMs, counters: value }))
}
