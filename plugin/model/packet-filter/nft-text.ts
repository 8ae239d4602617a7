import * as z from 'zod/mini'
import { valueText } from '../../../shared/formats/nft-set.ts'
import type { NftStatement } from '../../../shared/formats/nft-statement.ts'

/** Formats statements roughly as nft does, for people. */
export const describeStatements = (statements: readonly NftStatement[]): string =>
  statements.map(describe).filter(Boolean).join(' ')

function describe(statement: NftStatement): string {
  switch (statement.kind) {
    case 'match':
      return `${expression(statement.left)}${signs[statement.op] ?? ` ${statement.op}`} ${expression(statement.right)}`
    case 'verdict':
      return [statement.verdict, statement.chain].filter(Boolean).join(' ')
    case 'vmap':
      return `${expression(statement.key)} vmap ${expression(statement.data)}`
    case 'nat':
      return statement.action
    case 'set':
      return `${expression(statement.key)} set ${expression(statement.value)}`
    case 'reject':
      return 'reject'
    case 'counter':
      return ''
    default:
      return Object.keys(Object(statement.statement)).join(' ')
  }
}

const signs: Readonly<Record<string, string>> = { '==': '', in: '' }

const namedSchema = z.union([
  z.pipe(
    z.object({ payload: z.object({ protocol: z.string(), field: z.string() }) }),
    z.transform(({ payload }) => `${payload.protocol} ${payload.field}`),
  ),
  z.pipe(
    z.object({ meta: z.object({ key: z.string() }) }),
    z.transform(({ meta }) => `meta ${meta.key}`),
  ),
  z.pipe(
    z.object({ ct: z.object({ key: z.string() }) }),
    z.transform(({ ct }) => `ct ${ct.key}`),
  ),
])
const listSchema = z.union([
  z.pipe(
    z.object({ set: z.array(z.unknown()) }),
    z.transform(({ set }) => ({ list: set, joined: ', ' })),
  ),
  z.pipe(
    z.object({ concat: z.array(z.unknown()) }),
    z.transform(({ concat }) => ({ list: concat, joined: ' . ' })),
  ),
  z.pipe(
    z.array(z.unknown()),
    z.transform(list => ({ list, joined: ',' })),
  ),
])

function expression(value: unknown): string {
  const named = z.safeParse(namedSchema, value)
  if (named.success) return named.data
  const list = z.safeParse(listSchema, value)
  return list.success ? list.data.list.map(expression).join(list.data.joined) : valueText(value)
}
