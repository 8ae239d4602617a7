import { ok, type Reading, unavailable } from '../reading.ts'

export type ConntrackCounters = Readonly<Record<string, number>>

/**
 * Sums the rows of /proc/net/stat/nf_conntrack, one per possible CPU, modulo 2^32. Columns are identified by the
 * header, because kernels rename and move them. `entries` is one value repeated in every row.
 */
export function parseConntrackStat(text: string): Reading<ConntrackCounters> {
  const [header = [], ...rows] = text.split('\n', mostRows).flatMap(wordsOf)
  const values = rows.map(row =>
    row.map(word => (/^[0-9a-f]{1,16}$/i.test(word) ? Number.parseInt(word, 16) : Number.NaN)),
  )
  if (rows.length === 0 || values.some(row => row.length !== header.length || row.some(Number.isNaN))) {
    return unavailable('malformed', '/proc/net/stat/nf_conntrack is no table of hexadecimal numbers')
  }
  return ok(sums(values.map(row => header.map((name, column) => [name, row[column] ?? 0] as const))))
}

/** Sums the lines of `conntrack -S`, with the kernel's names where the tool uses others. */
export function parseConntrackTool(text: string): Reading<ConntrackCounters> {
  const rows = text
    .split('\n', mostRows)
    .map(line => [...line.matchAll(/\b(?<name>[a-z_]{1,64})=(?<value>\d{1,20})\b/g)])
    .filter(row => row.length > 0)
  if (rows.length === 0) return unavailable('malformed', '`conntrack -S` printed no counters')
  return ok(
    sums(
      rows.map(row =>
        row.flatMap(({ groups }) =>
          groups?.name && groups.name !== 'cpu'
            ? [[kernelNames[groups.name] ?? groups.name, Number(groups.value)] as const]
            : [],
        ),
      ),
    ),
  )
}

/** Names in conntrack-tools 1.4.7 that differ from the kernel's. */
const kernelNames: Readonly<Record<string, string>> = {
  error: 'icmp_error',
  clash_resolve: 'clashres',
  chaintoolong: 'chainlength',
}

const mostRows = 16_384

function wordsOf(line: string): string[][] {
  const words = line.trim().split(/\s+/)
  return words[0] ? [words] : []
}

function sums(rows: readonly (readonly (readonly [string, number])[])[]): ConntrackCounters {
  const total = new Map<string, number>()
  for (const [name, value] of rows.flat()) {
    total.set(name, name === 'entries' ? value : ((total.get(name) ?? 0) + (value % 2 ** 32)) % 2 ** 32)
  }
  return Object.fromEntries(total)
}
