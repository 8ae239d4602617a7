import { isOk, type Reading, unavailable } from '../reading.ts'
import { parseConntrackStat } from './conntrack-stat.ts'

/**
 * Parses /proc/net/stat/arp_cache and ndisc_cache, which have the format of nf_conntrack. `entries` counts all network
 * namespaces together, as do the limits.
 */
export function parseNeighbourStat(text: string): Reading<Readonly<Record<string, number>>> {
  const table = parseConntrackStat(text)
  return isOk(table)
    ? table
    : unavailable('malformed', 'the counters of neighbours are no table of hexadecimal numbers')
}
