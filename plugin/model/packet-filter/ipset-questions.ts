import type { Ipset } from '../../../shared/formats/ipset-save.ts'
import { addressHolder, isWithin, placeOf, portRange, protocolNumber } from './conditions.ts'
import { protocolNumbers, type SetQuestion, type View } from './packet.ts'
import { allOf, anyOf, type Truth, truthOf } from './truth.ts'

/** Membership test of an ipset. Sets of anything but addresses, networks and ports give `maybe`. */
export function ipsetQuestion({ type, entries, omitted, options }: Ipset): SetQuestion {
  const parts = type.slice(type.indexOf(':') + 1).split(',')
  const family = options.includes('inet6') ? 6 : 4
  const isKnown = parts.every(part => part in readers)
  const members = isKnown ? entries.map(entry => memberOf(entry, parts)) : []
  return (view, directions) => {
    if (isKnown && view.packet.source.address.family !== family) return 'no'
    if (!isKnown || view.isRewritten || directions.length < parts.length) return 'maybe'
    const found = anyOf(members.map(member => allOf(member, { view, directions })))
    return found === 'no' && omitted > 0 ? 'maybe' : found
  }
}

interface Question {
  readonly view: View
  readonly directions: readonly string[]
}
type Member = readonly ((question: Question) => Truth)[]

function memberOf({ value, options }: Ipset['entries'][number], parts: readonly string[]): Member {
  const words = value.split(',')
  const tests = parts.map((part, i) => readers[part]?.(words[i] ?? '', i) ?? unknown)
  // `nomatch` entries are exceptions within larger networks; their precedence is not modelled.
  return options.includes('nomatch') ? [...tests, unknown] : tests
}

const unknown = (): Truth => 'maybe'

type Reader = (word: string, at: number) => (question: Question) => Truth

const directionOf = ({ directions }: Question, at: number) => (directions[at] === 'src' ? 'source' : 'destination')

const readAddress: Reader = (word, at) => {
  const holds = addressHolder(word)
  return question =>
    holds === null ? 'maybe' : truthOf(holds(placeOf(question.view, directionOf(question, at)).address))
}

/** `53`, `tcp:53`, `udp:5000-5010`. */
const readPort: Reader = (word, at) => {
  const [last = '', protocol] = word.split(':').reverse()
  const number = protocol === undefined ? undefined : (protocolNumbers[protocol] ?? Number(protocol))
  return question => {
    const { packet } = question.view
    const { port } = placeOf(question.view, directionOf(question, at))
    if (number !== undefined && number !== protocolNumber(packet)) return 'no'
    return port === null ? 'maybe' : isWithin(port, portRange(last))
  }
}

const readDevice: Reader = (word, at) => question => {
  const device = question.view.packet[directionOf(question, at) === 'source' ? 'input' : 'output']
  return device === null || word.includes(':') ? 'maybe' : truthOf(device === word)
}

const readers: Readonly<Record<string, Reader>> = {
  ip: readAddress,
  net: readAddress,
  port: readPort,
  iface: readDevice,
}
