import { type Rule, readRule, type Target } from '../../../shared/formats/iptables-rule.ts'
import type { IptablesDump, IptablesRule, IptablesTable } from '../../../shared/formats/iptables-save.ts'
import { oneLine } from '../../../shared/text.ts'
import { addressTest, always, type Test } from './conditions.ts'
import { isCatchAll, readMark, testsOf } from './iptables-match.ts'
import type { Action, Backend, BaseChain, Chain, FilterRule, Hook, Origin, Step } from './rules.ts'
import { allOf } from './truth.ts'

/** Base chains of a dump, with all chains that they jump to. */
export const iptablesChains = ({ tables }: Pick<IptablesDump, 'tables'>, backend: Backend): readonly BaseChain[] =>
  tables.flatMap(table => baseChains(table, backend))

const hooks: Readonly<Record<string, Hook>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
}

/** Source: include/uapi/linux/netfilter_ipv4.h. */
const priorities: Readonly<Record<string, number>> = { raw: -300, mangle: -150, filter: 0, security: 50 }

const priorityOf = (table: string, hook: Hook): number =>
  table === 'nat' ? (hook === 'prerouting' || hook === 'output' ? -100 : 100) : (priorities[table] ?? 0)

type SavedChain = IptablesTable['chains'][number]

interface Context {
  readonly table: IptablesTable
  readonly backend: Backend
  readonly chains: Map<string, Chain>
}

function baseChains(table: IptablesTable, backend: Backend): readonly BaseChain[] {
  const context: Context = { table, backend, chains: new Map() }
  for (const chain of table.chains) context.chains.set(chain.name, lazyChain(chain, context))
  return table.chains.flatMap(saved => {
    const hook = hooks[saved.name]
    const chain = context.chains.get(saved.name)
    if (!hook || !chain || saved.policy === null) return []
    return [
      {
        ...chain,
        backend,
        table: table.name,
        hook,
        priority: priorityOf(table.name, hook),
        isNat: table.name === 'nat',
        policy: policies[saved.policy] ?? 'unknown',
        end: { ...endOf(saved, context), packets: saved.counters?.packets ?? null },
      },
    ]
  })
}

const policies: Readonly<Record<string, BaseChain['policy']>> = { ACCEPT: 'accept', DROP: 'drop' }

const endOf = ({ name, policy }: SavedChain, { table, backend }: Context): Origin => ({
  backend,
  table: table.name,
  chain: name,
  kind: 'policy',
  text: `policy ${policy ?? 'none'}`,
  comment: null,
  isCatchAll: true,
  packets: null,
})

function lazyChain(saved: SavedChain, context: Context): Chain {
  let rules: readonly FilterRule[] | null = null
  return {
    name: saved.name,
    rules: () => {
      rules ??= [...saved.rules.map(rule => toRule(rule, saved, context)), ...missingRules(saved, context)]
      return rules
    },
  }
}

/** Rules that were not kept may do anything. */
const missingRules = (saved: SavedChain, context: Context): readonly FilterRule[] =>
  saved.omitted === 0
    ? []
    : [{ steps: () => open, origin: { ...endOf(saved, context), kind: 'rule', text: `${saved.omitted} more rules` } }]

const open: readonly Step[] = [{ truth: 'maybe', action: { kind: 'unknown' } }]
const nothing: readonly Step[] = []

/** Parsed lazily, once a packet matches its leading address: most rules of a node are for other addresses. */
function toRule(saved: IptablesRule, chain: SavedChain, context: Context): FilterRule {
  let known: FilterRule | null = null
  const whole = () => {
    known ??= wholeRule(saved, chain, context)
    return known
  }
  const isPossible = leadingTest(saved.text)
  return {
    steps: view => (known === null && isPossible(view) === 'no' ? nothing : whole().steps(view)),
    get origin() {
      return whole().origin
    },
  }
}

/** Tests the address that iptables prints first, `-s` or `-d`. */
function leadingTest(text: string): Test {
  const [option, value = ''] = text.split(' ', 2)
  if (option !== '-s' && option !== '-d') return always
  return addressTest(value, option === '-s' ? 'source' : 'destination')
}

function wholeRule(saved: IptablesRule, chain: SavedChain, context: Context): FilterRule {
  const rule = readRule(saved.text)
  const origin: Origin = {
    ...endOf(chain, context),
    kind: 'rule',
    text: `-A ${chain.name} ${oneLine(saved.text, 300)}`.trim(),
    comment: rule?.match.comment?.is ?? null,
    isCatchAll: rule !== null && isCatchAll(rule.match),
    packets: saved.counters?.packets ?? rule?.counters?.packets ?? null,
    ...(rule && stopsByChance(rule) ? { isByChance: true } : {}),
  }
  if (rule === null) return { steps: () => open, origin }
  return { steps: stepsOf(origin.isByChance ? withoutChance(rule) : rule, context), origin }
}

/** Of the packets of one connection some meet it: what it stops is stopped. */
const stopsByChance = ({ match, target }: Rule): boolean =>
  match.statistic?.is !== undefined && (target?.name === 'DROP' || target?.name === 'REJECT')

function withoutChance({ match, ...rule }: Rule): Rule {
  const { statistic, probability, every, others, ...asked } = match
  return { ...rule, match: { ...asked, ...(others ? { others: others.filter(isAsking) } : {}) } }
}

const isAsking = ({ module }: { readonly module: string | null }): boolean => module !== 'statistic'

function stepsOf({ match, target }: Rule, context: Context): FilterRule['steps'] {
  const action = target === null ? null : actionOf(target, context)
  if (action === null) return () => nothing
  const tests = testsOf(match)
  const sure: readonly Step[] = [{ truth: 'yes', action }]
  const possible: readonly Step[] = [{ truth: 'maybe', action }]
  return view => {
    const truth = allOf(tests, view)
    return truth === 'no' ? nothing : truth === 'yes' ? sure : possible
  }
}

/** Null for a target that changes nothing and continues with the next rule. */
function actionOf(target: Target, { chains, table }: Context): Action | null {
  const chain = chains.get(target.name)
  if (chain) return { kind: target.isGoto ? 'goto' : 'jump', chain }
  const verdict = verdicts[target.name]
  if (verdict) return { kind: verdict }
  if (target.name === 'MARK') return markAction(target)
  if (target.name === 'CONNMARK') return target.others?.includes('--restore-mark') ? { kind: 'any-mark' } : null
  if (target.name === 'NOTRACK') return { kind: 'untrack' }
  if (target.name === 'CT') return target.others?.includes('--notrack') ? { kind: 'untrack' } : null
  if (translations.has(target.name) && table.name === 'nat') return { kind: 'translate' }
  return passing.has(target.name) ? null : { kind: 'unknown' }
}

const verdicts: Readonly<Record<string, 'accept' | 'drop' | 'reject' | 'return'>> = {
  ACCEPT: 'accept',
  DROP: 'drop',
  REJECT: 'reject',
  RETURN: 'return',
}

function markAction(target: Target): Action {
  const mark = target.setMark === undefined ? null : readMark(target.setMark)
  return mark === null ? { kind: 'any-mark' } : { kind: 'mark', ...mark }
}

const translations = new Set(['DNAT', 'SNAT', 'MASQUERADE', 'REDIRECT', 'NETMAP', 'SAME'])

/** Targets that continue with the next rule. */
const passing = new Set(
  `AUDIT CHECKSUM CLASSIFY CONNSECMARK DSCP ECN HL HMARK IDLETIMER LED LOG NFLOG RATEEST SECMARK SET TCPMSS TCPOPTSTRIP
  TEE TOS TRACE TTL ULOG`.split(/\s+/),
)
