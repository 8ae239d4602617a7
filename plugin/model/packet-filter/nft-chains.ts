import type { NftRuleset } from '../../../shared/formats/nft-json.ts'
import type { NftStatement } from '../../../shared/formats/nft-statement.ts'
import { oneLine } from '../../../shared/text.ts'
import type { FindSet } from './nft-comparison.ts'
import { type Effect, effectsOf } from './nft-effects.ts'
import { describeStatements } from './nft-text.ts'
import type { BaseChain, Chain, FilterRule, Hook, Origin, Step } from './rules.ts'
import { allOf } from './truth.ts'

/** Base chains of native nf_tables for packets of a family, without tables for which `isSkipped` holds. */
export function nftChains(
  ruleset: NftRuleset,
  { family, isSkipped }: { readonly family: 4 | 6; readonly isSkipped: (table: NftTable) => boolean },
): readonly BaseChain[] {
  const families = family === 4 ? ['ip', 'inet', 'netdev'] : ['ip6', 'inet', 'netdev']
  const rules = rulesByChain(ruleset)
  return ruleset.tables
    .filter(table => families.includes(table.family) && !isSkipped(table))
    .flatMap(table => baseChains({ ruleset, table, rules, chains: new Map() }))
}

type NftTable = NftRuleset['tables'][number]
type NftChain = NftRuleset['chains'][number]
type NftRule = NftRuleset['rules'][number]

interface Context {
  readonly ruleset: NftRuleset
  readonly table: NftTable
  readonly rules: ReadonlyMap<string, readonly NftRule[]>
  readonly chains: Map<string, Chain>
}

const chainKey = (family: string, table: string, chain: string) => `${family} ${table} ${chain}`

function rulesByChain({ rules }: NftRuleset): ReadonlyMap<string, readonly NftRule[]> {
  const byChain = new Map<string, NftRule[]>()
  for (const rule of rules) {
    const key = chainKey(rule.family, rule.table, rule.chain)
    const known = byChain.get(key)
    if (known) known.push(rule)
    else byChain.set(key, [rule])
  }
  return byChain
}

const hooks: readonly string[] = ['prerouting', 'input', 'forward', 'output', 'postrouting'] satisfies Hook[]
const isHook = (hook: string | null): hook is Hook => hook !== null && hooks.includes(hook)

/** Before and after everything else: what a device hands over, and what it is handed. */
const ofDevices: Readonly<Record<string, { readonly hook: Hook; readonly offset: number }>> = {
  ingress: { hook: 'prerouting', offset: -1_000_000 },
  egress: { hook: 'postrouting', offset: 1_000_000 },
}

function placeOf({ hook, priority, devices }: NftChain): Pick<BaseChain, 'hook' | 'priority' | 'devices'> | null {
  if (isHook(hook)) return { hook, priority: priority ?? 0 }
  const own = hook === null ? undefined : ofDevices[hook]
  return own && devices ? { hook: own.hook, priority: own.offset + (priority ?? 0), devices } : null
}

function baseChains(context: Context): readonly BaseChain[] {
  const { ruleset, table, chains } = context
  const own = ruleset.chains.filter(chain => chain.family === table.family && chain.table === table.name)
  for (const chain of own) chains.set(chain.name, lazyChain(chain, context))
  return own.flatMap(saved => {
    const chain = chains.get(saved.name)
    const place = placeOf(saved)
    if (!chain || !place) return []
    const { type, policy } = saved
    return [
      {
        ...chain,
        backend: 'nft',
        table: `${table.family} ${table.name}`,
        ...place,
        isNat: type === 'nat',
        policy: policy === 'drop' ? 'drop' : policy === 'accept' || policy === null ? 'accept' : 'unknown',
        end: endOf(saved),
      },
    ]
  })
}

const endOf = ({ family, table, name, policy }: NftChain): Origin => ({
  backend: 'nft',
  table: `${family} ${table}`,
  chain: name,
  kind: 'policy',
  text: `policy ${policy ?? 'accept'}`,
  comment: null,
  isCatchAll: true,
  packets: null,
})

function lazyChain(saved: NftChain, context: Context): Chain {
  let rules: readonly FilterRule[] | null = null
  const { family, table, name } = saved
  return {
    name,
    rules: () => {
      const own = context.rules.get(chainKey(family, table, name)) ?? []
      rules ??= [...own.map(rule => toRule(rule, saved, context)), ...missingRules(saved, context)]
      return rules
    },
  }
}

/** When the ruleset was truncated, any chain may lack rules. */
const missingRules = (saved: NftChain, { ruleset }: Context): readonly FilterRule[] =>
  ruleset.omitted === 0
    ? []
    : [
        {
          steps: () => [{ truth: 'maybe', action: { kind: 'unknown' } }],
          origin: { ...endOf(saved), kind: 'rule', text: `rules that were not kept (${ruleset.omitted} objects)` },
        },
      ]

function toRule(rule: NftRule, saved: NftChain, { ruleset, chains }: Context): FilterRule {
  const findSet: FindSet = name =>
    ruleset.sets.find(set => set.family === rule.family && set.table === rule.table && set.name === name)
  const effects = effectsOf(rule.statements, { findSet, chains })
  return {
    steps: view => {
      const steps: Step[] = []
      for (const { tests, action } of effects) {
        const truth = allOf(tests, view)
        if (truth !== 'no') steps.push({ truth, action })
        // Earlier statements influence later ones only through the mark, which no rule tests again.
        if (truth === 'yes' && isEnd(action)) break
      }
      return steps
    },
    origin: {
      ...endOf(saved),
      kind: 'rule',
      text: `${rule.handle === null ? '' : `handle ${rule.handle}: `}${oneLine(describeStatements(rule.statements), 300)}`,
      comment: rule.comment,
      isCatchAll: rule.statements.every(isGeneral),
      packets: rule.statements.flatMap(each => (each.kind === 'counter' ? (each.packets ?? []) : []))[0] ?? null,
    },
  }
}

const isEnd = ({ kind }: Effect['action']): boolean => ['accept', 'drop', 'reject', 'return', 'goto'].includes(kind)

/** Whether a statement is independent of the packet, except for its connection state. */
function isGeneral(statement: NftStatement): boolean {
  if (statement.kind === 'match') return JSON.stringify(statement.left) === '{"ct":{"key":"state"}}'
  return statement.kind !== 'vmap'
}
