import * as z from 'zod/mini'
import { firstRead, readNumber, unlessUnread } from '../discovery/values.ts'
import { type ConntrackCounters, parseConntrackStat, parseConntrackTool } from '../formats/conntrack-stat.ts'
import type { Host, ReadOptions } from '../host.ts'
import { type CollectContext, definePart, readingOf } from '../part.ts'
import { isMissing, isOk, ok, type Reading, unavailable, valueOr } from '../reading.ts'
import { oneLine, readText } from '../text.ts'

const countersSchema = z.record(z.string(), z.number())

/** Connection tracking in the host's network namespace; facts are `missing` without kernel support. */
const conntrackSchema = z.object({
  count: readingOf(z.number()),
  max: readingOf(z.number()),
  buckets: readingOf(z.number()),
  /** Sums over all CPUs by the kernel's column names (`insert_failed`, `drop`, …), each modulo 2^32. */
  counters: readingOf(countersSchema),
  /** A second sample, `afterMs` later. */
  later: readingOf(
    z.object({
      /** Minimum time between the samples in ms. */
      afterMs: z.number(),
      count: z.nullable(z.number()),
      counters: countersSchema,
    }),
  ),
})
export type Conntrack = z.infer<typeof conntrackSchema>

export const conntrack = definePart<Conntrack>({
  schema: conntrackSchema,
  collect: async (host, context) => {
    const count = await readNumber(host, countPath)
    const max = await firstNumber(host, ['/proc/sys/net/netfilter/nf_conntrack_max', '/proc/sys/net/nf_conntrack_max'])
    const buckets = await firstNumber(host, [
      '/proc/sys/net/netfilter/nf_conntrack_buckets',
      '/sys/module/nf_conntrack/parameters/hashsize',
    ])
    const table = await readTable(host)
    const counters = isMissing(table) ? await runTool(host) : table
    const later = isOk(table) ? await readLater(host, context) : table
    return unlessUnread([count, max, buckets, counters], { count, max, buckets, counters, later })
  },
})

const countPath = '/proc/sys/net/netfilter/nf_conntrack_count'

const firstNumber = (host: Host, paths: readonly string[]): Promise<Reading<number>> =>
  firstRead(paths.map(path => () => readNumber(host, path)))

async function readTable(host: Host, options: ReadOptions = {}): Promise<Reading<ConntrackCounters>> {
  const text = await readText(host, '/proc/net/stat/nf_conntrack', options)
  return isOk(text) ? parseConntrackStat(text.value) : text
}

/** Some kernels lack the file; the tool reads the counters then, if it is installed. */
async function runTool(host: Host): Promise<Reading<ConntrackCounters>> {
  const result = await host.run('conntrack-stats')
  if (!isOk(result)) return result
  const { exitCode, stdout, stderr } = result.value
  return exitCode === 0
    ? parseConntrackTool(stdout)
    : unavailable('failed', `conntrack -S exits ${exitCode}: ${oneLine(stderr)}`)
}

async function readLater(host: Host, context: CollectContext): Promise<Conntrack['later']> {
  const start = context.now()
  await context.pause(context.sampleMs)
  const counters = await readTable(host, { sample: 2 })
  const count = await readNumber(host, countPath, { sample: 2 })
  if (!isOk(counters)) return counters
  // A replay does not wait; the recorded samples were at least this far apart.
  const afterMs = Math.max(context.sampleMs, context.now() - start)
  return ok({ afterMs, count: valueOr(count, null), counters: counters.value })
}
