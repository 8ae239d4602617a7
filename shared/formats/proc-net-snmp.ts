import { ok, type Reading, unavailable } from '../reading.ts'

export type Counters = Readonly<Record<string, number>>

const mostLines = 1000

/** /proc/net/snmp and netstat: a line of names, then one of numbers, by group: `TcpExt.ListenOverflows`. */
export function parseProcSnmp(text: string): Reading<Counters> {
  const lines = text.split('\n', mostLines).filter(line => line.trim() !== '')
  const pairs: (readonly [string, number])[] = []
  for (let index = 0; index < lines.length; index += 2) {
    const [group = '', ...names] = (lines[index] ?? '').trim().split(/\s+/)
    const [same, ...values] = (lines[index + 1] ?? '').trim().split(/\s+/)
    const isPair = /^\w{1,64}:$/.test(group) && group === same && names.length === values.length
    if (!isPair || !values.every(isWhole)) return unavailable('malformed', 'the counters are no pairs of lines')
    pairs.push(...names.map((name, column) => [`${group.slice(0, -1)}.${name}`, Number(values[column])] as const))
  }
  return pairs.length > 0 ? ok(Object.fromEntries(pairs)) : unavailable('malformed', 'there are no counters')
}

/** /proc/net/snmp6: a name and a number on each line. */
export function parseProcSnmp6(text: string): Reading<Counters> {
  const pairs = text
    .split('\n', mostLines)
    .filter(line => line.trim() !== '')
    .map(line => line.trim().split(/\s+/))
  return pairs.length > 0 && pairs.every(([, value, ...more]) => value !== undefined && isWhole(value) && !more.length)
    ? ok(Object.fromEntries(pairs.map(([name = '', value]) => [name, Number(value)])))
    : unavailable('malformed', 'the counters of IPv6 are no pairs')
}

/** Some are signed: Tcp.MaxConn is -1 without a limit. Numbers beyond 2^53 lose precision. */
const isWhole = (word: string): boolean => /^-?\d{1,20}$/.test(word)
