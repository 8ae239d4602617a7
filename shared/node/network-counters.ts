import * as z from 'zod/mini'
import { unlessUnread } from '../discovery/values.ts'
import { type Counters, parseProcSnmp, parseProcSnmp6 } from '../formats/proc-net-snmp.ts'
import { parseSoftnetStat } from '../formats/softnet-stat.ts'
import type { Host, ReadOptions } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isMissing, isOk, ok, type Reading, type Unavailable, unavailable } from '../reading.ts'
import { readText } from '../text.ts'

const countersSchema = z.record(z.string(), z.number())

/** Counters of the host's network namespace since its creation (`softnet`: of the whole machine since boot). */
export const networkCountersSchema = z.object({
  /** Protocol counters by group and name: `Ip.OutNoRoutes`, `TcpExt.IPReversePathFilter`, `Ip6InDiscards`. */
  protocols: readingOf(countersSchema),
  softnet: readingOf(z.object({ processed: z.number(), dropped: z.number(), squeezed: z.number() })),
  /** A second sample of `protocols`, at least `afterMs` later. */
  later: readingOf(z.object({ afterMs: z.number(), protocols: countersSchema })),
})
export type NetworkCounters = z.infer<typeof networkCountersSchema>

export const networkCounters = definePart<NetworkCounters>({
  schema: networkCountersSchema,
  collect: async (host, context) => {
    const protocols = await readProtocols(host)
    const text = await readText(host, '/proc/net/softnet_stat')
    const softnet = isOk(text) ? parseSoftnetStat(text.value) : text
    const start = context.now()
    if (isOk(protocols)) await context.pause(context.sampleMs)
    const again = isOk(protocols) ? await readProtocols(host, { sample: 2 }) : protocols
    // A replay does not wait; the recorded samples were at least this far apart.
    const afterMs = Math.max(context.sampleMs, context.now() - start)
    const later = isOk(again) ? ok({ afterMs, protocols: { ...again.value } }) : again
    return unlessUnread([protocols, softnet], { protocols, softnet, later })
  },
})

/** A kernel without IPv6 lacks its counters, and a recording may contain only some of the files. */
async function readProtocols(host: Host, options?: ReadOptions): Promise<Reading<Record<string, number>>> {
  const files = [
    ['/proc/net/snmp', parseProcSnmp],
    ['/proc/net/netstat', parseProcSnmp],
    ['/proc/net/snmp6', parseProcSnmp6],
  ] as const
  const all: Counters[] = []
  let reason: Unavailable = unavailable('missing', 'the kernel counts nothing')
  for (const [path, parse] of files) {
    const text = await readText(host, path, options)
    const counters = isOk(text) ? parse(text.value) : text
    const isAbsent = !isOk(counters) && ['missing', 'not-recorded'].includes(counters.reason)
    if (isOk(counters)) all.push(counters.value)
    else if (!isAbsent) return counters
    else if (isMissing(reason)) reason = counters
  }
  if (all.length === 0) return reason
  return ok(Object.assign({}, ...all))
}
