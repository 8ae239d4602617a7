import type { Condition, Match } from '../../../shared/formats/iptables-rule.ts'
import {
  addressTest,
  always,
  deviceTest,
  flagsTest,
  markTest,
  negated,
  portTest,
  protocolTest,
  stateTest,
  type Test,
  typeTest,
  unsure,
} from './conditions.ts'
import { truthOf } from './truth.ts'

/** All conditions of an iptables rule; an unknown module gives `maybe`. */
export function testsOf(match: Match): readonly Test[] {
  const { others = [], ...conditions } = match
  return [
    ...Object.entries(conditions).flatMap(([key, condition]: [string, Condition]) => {
      const make = makers[key]
      const test = make?.(condition.is ?? condition.not ?? '') ?? unsure
      if (test === always && condition.not === undefined) return []
      return [condition.not === undefined ? test : negated(test)]
    }),
    ...others.map(({ module, words }) => otherTest(module, words)),
  ]
}

/** Whether it matches all packets, except for the connection state. */
export const isCatchAll = ({ comment, state, others = [], ...rest }: Match): boolean =>
  Object.keys(rest).length === 0 && others.every(({ module }) => module !== null && harmless.has(module))

const makers: Readonly<Record<string, (value: string) => Test>> = {
  source: value => addressTest(value, 'source'),
  destination: value => addressTest(value, 'destination'),
  protocol: protocolTest,
  input: value => deviceTest(value, 'input'),
  output: value => deviceTest(value, 'output'),
  sourcePort: value => portTest(value, 'source'),
  destinationPort: value => portTest(value, 'destination'),
  sourcePorts: value => portTest(value, 'source'),
  destinationPorts: value => portTest(value, 'destination'),
  mark: markTestOf,
  state: value => stateTest(value.split(',')),
  sourceType: value => typeTest(value, 'source'),
  destinationType: value => typeTest(value, 'destination'),
  set: setTest,
  comment: () => always,
}

/** Comments and matches that only count or limit. */
const harmless = new Set(['comment', 'nfacct', 'limit', 'hashlimit'])

function markTestOf(value: string): Test {
  const mark = readMark(value)
  return mark === null ? unsure : markTest(mark.value, mark.mask)
}

/** `0x4000/0x4000`, or a value without a mask, which is all bits. */
export function readMark(text: string): { readonly value: number; readonly mask: number } | null {
  const [value, mask = 0xffff_ffff, ...more] = text.split('/').map(Number)
  const isMark = more.length === 0 && [value, mask].every(part => Number.isInteger(part) && (part ?? -1) >= 0)
  return isMark && value !== undefined ? { value: value >>> 0, mask: mask >>> 0 } : null
}

function setTest(text: string): Test {
  const [name = '', directions = ''] = text.split(' ')
  const asked = directions.split(',')
  return view => view.surroundings.ipset(name)?.(view, asked) ?? 'maybe'
}

/** Conditions of modules without a field of their own in the match. */
function otherTest(module: string | null, words: readonly string[]): Test {
  if (module === 'comment' || module === 'nfacct') return always
  const [first = '', ...rest] = words
  const isNot = first === '!'
  const [option, ...values] = isNot ? rest : words
  const test = named(`${module} ${option}`, values) ?? unsure
  return isNot ? negated(test) : test
}

function named(option: string, values: readonly string[]): Test | null {
  const [value = ''] = values
  if (option === 'tcp --tcp-flags' && values.length === 2) return flagsTest(value.split(','), values[1] ?? '')
  if (values.length > 1) return null
  if (option === 'state --state') return stateTest(value.split(','))
  if (option === 'iprange --src-range') return addressTest(value, 'source')
  if (option === 'iprange --dst-range') return addressTest(value, 'destination')
  if (option === 'physdev --physdev-is-bridged') return ({ packet }) => truthOf(packet.isBridged ?? false)
  return null
}
