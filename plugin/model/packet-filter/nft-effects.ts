import * as z from 'zod/mini'
import { type NftStatement, parseStatement } from '../../../shared/formats/nft-statement.ts'
import { type Test, unsure } from './conditions.ts'
import { comparisonTest, type FindSet, fieldsOf, keyParts, keyTest } from './nft-comparison.ts'
import type { Action, Chain } from './rules.ts'

/** An action of a rule, and its conditions. */
export interface Effect {
  readonly tests: readonly Test[]
  readonly action: Action
}

interface Context {
  readonly findSet: FindSet
  readonly chains: ReadonlyMap<string, Chain>
}

/** The effects of a rule's statements in order, each with all its conditions. */
export function effectsOf(statements: readonly NftStatement[], context: Context): readonly Effect[] {
  const tests: Test[] = []
  return statements.flatMap(statement => {
    const test = testOf(statement, context)
    if (test) tests.push(test)
    const asked = [...tests]
    if (statement.kind === 'vmap') return verdictsOf(statement, context).map(each => withTests(asked, each))
    const action = actionOf(statement, context)
    return action ? [{ tests: asked, action }] : []
  })
}

const withTests = (tests: readonly Test[], effect: Effect): Effect => ({
  tests: [...tests, ...effect.tests],
  action: effect.action,
})

/** The condition that a statement sets for those after it. */
function testOf(statement: NftStatement, { findSet }: Context): Test | null {
  if (statement.kind === 'match') return comparisonTest(statement, findSet)
  if (statement.kind !== 'other') return null
  const name = nameOf(statement.statement)
  return doubtful.has(name) || (name === 'xt' && !isXt(statement.statement, 'comment')) ? unsure : null
}

const nameOf = (statement: unknown): string =>
  typeof statement === 'object' && statement !== null ? (Object.keys(statement)[0] ?? '') : ''

const xtSchema = z.object({ xt: z.object({ type: z.string(), name: z.string() }) })
const isXt = (statement: unknown, name: string) => z.safeParse(xtSchema, statement).data?.xt.name === name

/** Statements that let only some packets pass to the next statement. */
const doubtful = new Set(['limit', 'quota', 'ct count', 'meter', 'socket'])

/** Statements without effect on later rules. */
const passing = new Set([
  ...doubtful,
  ...['log', 'ct helper', 'ct timeout', 'ct expectation', 'flow', 'last', 'dup', 'secmark', 'set', 'map'],
])

function actionOf(statement: NftStatement, { chains }: Context): Action | null {
  switch (statement.kind) {
    case 'verdict':
      return verdictOf(statement, chains)
    case 'reject':
      return { kind: 'reject' }
    case 'nat':
      return { kind: 'translate' }
    case 'set':
      return markAction(statement)
    case 'other':
      return otherAction(statement.statement)
    default:
      return null
  }
}

function verdictOf(
  { verdict, chain }: Extract<NftStatement, { kind: 'verdict' }>,
  chains: Context['chains'],
): Action | null {
  if (verdict === 'continue') return null
  if (verdict === 'accept' || verdict === 'drop' || verdict === 'return') return { kind: verdict }
  const target = chains.get(chain ?? '')
  return target && (verdict === 'jump' || verdict === 'goto') ? { kind: verdict, chain: target } : { kind: 'unknown' }
}

function otherAction(statement: unknown): Action | null {
  const name = nameOf(statement)
  if (name === 'notrack') return { kind: 'untrack' }
  if (name === 'xt') return isXt(statement, 'comment') ? null : { kind: 'unknown' }
  return passing.has(name) ? null : { kind: 'unknown' }
}

const markSchema = z.object({ meta: z.object({ key: z.literal('mark') }) })
const operationSchema = z.record(z.string(), z.tuple([z.unknown(), z.number()]))

/** Sets the mark to a value, or sets, clears or flips bits of it. */
function markAction({ key, value }: Extract<NftStatement, { kind: 'set' }>): Action | null {
  if (!z.safeParse(markSchema, key).success) return null
  if (typeof value === 'number') return { kind: 'mark', value, mask: 0xffff_ffff }
  const operations = z.safeParse(operationSchema, value).data ?? {}
  for (const [operator, [left, bits]] of Object.entries(operations)) {
    if (!z.safeParse(markSchema, left).success) break
    if (operator === '|') return { kind: 'mark', value: bits, mask: bits }
    if (operator === '&') return { kind: 'mark', value: 0, mask: ~bits >>> 0 }
    if (operator === '^') return { kind: 'mark', value: bits, mask: 0 }
  }
  return { kind: 'any-mark' }
}

const setSchema = z.object({ set: z.array(z.tuple([z.unknown(), z.unknown()])) })
const open: readonly Effect[] = [{ tests: [unsure], action: { kind: 'unknown' } }]

/** The effect of a verdict map for each of its keys. */
function verdictsOf({ key, data }: Extract<NftStatement, { kind: 'vmap' }>, context: Context): readonly Effect[] {
  const fields = fieldsOf(key)
  const entries = entriesOf(data, context)
  if (entries === null) return open
  const exist = fields.map(({ exists }) => exists)
  return entries.flatMap(([parts, verdict]) => {
    const statement = parseStatement(verdict)
    const action = statement.kind === 'verdict' ? verdictOf(statement, context.chains) : { kind: 'unknown' as const }
    return action ? [{ tests: [...exist, keyTest(fields, parts)], action }] : []
  })
}

function entriesOf(data: unknown, { findSet }: Context): readonly (readonly [readonly string[], unknown])[] | null {
  if (typeof data === 'string') {
    const map = findSet(data.replace(/^@/, ''))
    return map && map.omitted === 0 ? map.elements.map(element => [element.key, element.data]) : null
  }
  return z.safeParse(setSchema, data).data?.set.map(([key, verdict]) => [keyParts(key), verdict]) ?? null
}
