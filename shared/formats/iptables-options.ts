import type { Match } from './iptables-rule.ts'

interface MatchOption {
  readonly key: Exclude<keyof Match, 'others'>
  readonly module: string | null
  /** Number of words of its value. */
  readonly count: number
}

/** Options of a match that have a name of their own: their module, null for iptables itself, `protocol` for the protocol's. */
export const matchOptions: ReadonlyMap<string, MatchOption> = new Map([
  ['-s', { key: 'source', module: null, count: 1 }],
  ['-d', { key: 'destination', module: null, count: 1 }],
  ['-p', { key: 'protocol', module: null, count: 1 }],
  ['-i', { key: 'input', module: null, count: 1 }],
  ['-o', { key: 'output', module: null, count: 1 }],
  ['--sport', { key: 'sourcePort', module: 'protocol', count: 1 }],
  ['--dport', { key: 'destinationPort', module: 'protocol', count: 1 }],
  ['--sports', { key: 'sourcePorts', module: 'multiport', count: 1 }],
  ['--dports', { key: 'destinationPorts', module: 'multiport', count: 1 }],
  ['--mark', { key: 'mark', module: 'mark', count: 1 }],
  ['--ctstate', { key: 'state', module: 'conntrack', count: 1 }],
  ['--src-type', { key: 'sourceType', module: 'addrtype', count: 1 }],
  ['--dst-type', { key: 'destinationType', module: 'addrtype', count: 1 }],
  ['--match-set', { key: 'set', module: 'set', count: 2 }],
  ['--mode', { key: 'statistic', module: 'statistic', count: 1 }],
  ['--probability', { key: 'probability', module: 'statistic', count: 1 }],
  ['--every', { key: 'every', module: 'statistic', count: 1 }],
  ['--comment', { key: 'comment', module: 'comment', count: 1 }],
] as const)

type TargetOption = 'toDestination' | 'toSource' | 'toPorts' | 'setMark' | 'rejectWith' | 'logPrefix'

/** Options of a target that have a name of their own. */
export const targetOptions: ReadonlyMap<string, TargetOption> = new Map([
  ['--to-destination', 'toDestination'],
  ['--to-source', 'toSource'],
  ['--to-ports', 'toPorts'],
  ['--set-xmark', 'setMark'],
  ['--reject-with', 'rejectWith'],
  ['--log-prefix', 'logPrefix'],
] as const)
