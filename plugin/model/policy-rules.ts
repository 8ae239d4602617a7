import type { PolicyRule } from '../../shared/formats/ip-rule.ts'
import { type Address, contains, parseNetwork } from '../../shared/ip.ts'
import type { Rules } from '../../shared/node/rules.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import { memoise } from './memo.ts'

/** What is known of a packet when its route is looked up; it has no mark unless told. */
export interface Packet {
  readonly to: Address
  /** Null before a source was chosen: then rules with `from` do not take it. */
  readonly from?: Address | null
  /** The device that it came in by; `lo` where the host itself sends it. */
  readonly incoming?: string | null
  readonly mark?: number
}

/** The rules that take a packet, in the order in which the kernel tries them. */
export const rulesFor = (packet: Packet, rules: Reading<Rules> | null): readonly PolicyRule[] =>
  sortedRules(rules, packet.to.family).filter(rule => matches(rule, packet))

/** The kernel's own rules, and those that were added, by rising priority. */
function sortedRules(rules: Reading<Rules> | null, family: 4 | 6): readonly PolicyRule[] {
  const list = rules && isOk(rules) ? (family === 4 ? rules.value.ipv4 : rules.value.ipv6) : null
  return list && isOk(list) ? byPriority(list.value) : standardRules
}

const byPriority = memoise((rules: readonly PolicyRule[]) => [...rules].sort((a, b) => a.priority - b.priority))

/** True for the three rules that every kernel starts with. */
export const isStandardRule = ({ priority, table }: PolicyRule): boolean =>
  standardRules.some(rule => rule.priority === priority && rule.table === table)

const standard = (priority: number, table: string): PolicyRule => ({
  family: 4,
  priority,
  inverted: false,
  from: null,
  to: null,
  mark: null,
  incoming: null,
  outgoing: null,
  table,
  action: 'lookup',
})
const standardRules = [standard(0, 'local'), standard(32_766, 'main'), standard(32_767, 'default')]

/** A rule for packets of a bound socket (`oif`) takes none that is forwarded. */
function matches(rule: PolicyRule, { to, from = null, incoming = null, mark = 0 }: Packet): boolean {
  const takes =
    isWithin(rule.to, to) &&
    isWithin(rule.from, from) &&
    (rule.incoming === null || rule.incoming === incoming) &&
    rule.outgoing === null &&
    (rule.mark === null || hasMark(rule.mark, mark))
  return takes !== rule.inverted
}

function isWithin(text: string | null, address: Address | null): boolean {
  if (text === null) return true
  const network = address ? parseNetwork(text) : null
  return network !== null && address !== null && contains(network, address)
}

/** `0x80` or `0x200/0xf00`; without a mask all bits count. */
function hasMark(text: string, mark: number): boolean {
  const [value = '', mask = '0xffffffff'] = text.split('/')
  return ((BigInt(mark) ^ BigInt(Number(value))) & BigInt(Number(mask))) === 0n
}
