import { ok, type Reading, unavailable } from '../reading.ts'

/** Packets per CPU as the kernel counts them before any protocol sees them; sums modulo 2^32. */
export interface SoftnetCounters {
  readonly processed: number
  /** The queue of a CPU was full: net.core.netdev_max_backlog. */
  readonly dropped: number
  /** A CPU stopped with packets left, because its time was over. */
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
