import { ok, type Reading, unavailable } from '../reading.ts'

/** Packets that the kernel counts per CPU before protocol processing, summed modulo 2^32. */
export interface SoftnetCounters {
  readonly processed: number
  /** Dropped because a CPU's queue was full (net.core.netdev_max_backlog). */
  readonly dropped: number
  /** Times that a CPU exhausted its budget with packets left. */
  readonly squeezed: number
}

/** /proc/net/softnet_stat: a line of hexadecimal numbers per CPU, without a header. Source: net/core/net-procfs.c. */
export function parseSoftnetStat(text: string): Reading<SoftnetCounters> {
  const rows = text
    .split('\n', 16_384)
    .filter(line => line.trim() !== '')
    .map(line => line.trim().split(/\s+/))
  const isTable = rows.length > 0 && rows.every(row => row.length >= 3 && row.every(isHexadecimal))
  if (!isTable) return unavailable('malformed', '/proc/net/softnet_stat is no table of hexadecimal numbers')
  const sum = (column: number) =>
    rows.reduce((total, row) => (total + Number.parseInt(row[column] ?? '0', 16)) % 2 ** 32, 0)
  return ok({ processed: sum(0), dropped: sum(1), squeezed: sum(2) })
}

const isHexadecimal = (word: string): boolean => /^[0-9a-f]{1,16}$/i.test(word)
