import * as z from 'zod/mini'
import {
  addressTest,
  always,
  deviceTest,
  flagsTest,
  markTest,
  portTest,
  protocolTest,
  stateTest,
  type Test,
  typeTest,
  unsure,
} from './conditions.ts'
import { truthOf } from './truth.ts'

/** A field that nf_tables compares; it exists only in some packets. */
export interface Field {
  /** Whether a packet has the field: `tcp dport` of a UDP packet neither equals nor differs from anything. */
  readonly exists: Test
  readonly equals: (text: string) => Test
}

/** The field that an nf_tables expression refers to; an unknown one gives `maybe`. */
export function fieldOf(expression: unknown): Field {
  const { data } = z.safeParse(expressionSchema, expression)
  if (data?.payload) return payloadField(data.payload)
  if (data?.meta) return { exists: always, equals: metaTests[data.meta.key] ?? anything }
  if (data?.ct) return { exists: always, equals: connectionTests[data.ct.key] ?? anything }
  if (data?.fib) return { exists: always, equals: fibTest(data.fib) }
  return data?.['&'] ? maskedField(data['&']) : { exists: unsure, equals: anything }
}

const expressionSchema = z.object({
  payload: z.optional(z.object({ protocol: z.string(), field: z.string() })),
  meta: z.optional(z.object({ key: z.string() })),
  ct: z.optional(z.object({ key: z.string(), dir: z.optional(z.unknown()) })),
  fib: z.optional(z.object({ result: z.string(), flags: z.array(z.string()) })),
  '&': z.optional(z.tuple([z.unknown(), z.unknown()])),
})

const anything = (): Test => unsure

const isOfFamily =
  (family: 4 | 6): Test =>
  ({ packet }) =>
    truthOf(packet.source.address.family === family)

const families: Readonly<Record<string, 4 | 6>> = { ip: 4, ip6: 6, ipv4: 4, ipv6: 6 }
const hasPorts: Test = ({ packet }) => truthOf(packet.protocol !== 'icmp')

function payloadField({ protocol, field }: { protocol: string; field: string }): Field {
  const family = families[protocol]
  if (family) return { exists: isOfFamily(family), equals: networkTests[field] ?? anything }
  const exists = protocol === 'th' ? hasPorts : protocolTest(protocol)
  return { exists, equals: transportTests[field] ?? anything }
}

type Maker = (text: string) => Test

const networkTests: Readonly<Record<string, Maker>> = {
  saddr: text => addressTest(text, 'source'),
  daddr: text => addressTest(text, 'destination'),
  protocol: protocolTest,
  nexthdr: protocolTest,
}

const transportTests: Readonly<Record<string, Maker>> = {
  sport: text => portTest(text, 'source'),
  dport: text => portTest(text, 'destination'),
}

const familyTest: Maker = text => {
  const family = families[text]
  return family ? isOfFamily(family) : unsure
}

const metaTests: Readonly<Record<string, Maker>> = {
  iifname: text => deviceTest(text, 'input'),
  iif: text => deviceTest(text, 'input'),
  oifname: text => deviceTest(text, 'output'),
  oif: text => deviceTest(text, 'output'),
  l4proto: protocolTest,
  nfproto: familyTest,
  protocol: familyTest,
  mark: text => markOf(text, 0xffff_ffff),
}

const connectionTests: Readonly<Record<string, Maker>> = {
  state: text => stateTest([text]),
  status: text => (text === 'dnat' ? stateTest(['DNAT']) : unsure),
}

const markOf = (text: string, mask: number): Test =>
  /^\d{1,10}$/.test(text) ? markTest(Number(text) >>> 0, mask) : unsure

/** The address type as seen by the node; `maybe` when it is restricted to a device. */
function fibTest({ result, flags: [flag, ...more] }: { result: string; flags: readonly string[] }): Maker {
  if (result !== 'type' || more.length > 0) return anything
  return text => typeTest(text, flag === 'saddr' ? 'source' : 'destination')
}

/** Some bits of the mark, or some flags of TCP. */
function maskedField([left, mask]: [unknown, unknown]): Field {
  const { data } = z.safeParse(expressionSchema, left)
  if (data?.meta?.key === 'mark' && typeof mask === 'number')
    return { exists: always, equals: text => markOf(text, mask >>> 0) }
  const flags = z.safeParse(z.array(z.string()), mask).data
  if (data?.payload?.field !== 'flags' || !flags) return { exists: unsure, equals: anything }
  return { exists: protocolTest('tcp'), equals: text => flagsTest(flags, text) }
}
