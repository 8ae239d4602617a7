import * as z from 'zod/mini'
import type { NftRuleset } from '../../../shared/formats/nft-json.ts'
import { valueText } from '../../../shared/formats/nft-set.ts'
import { negated, type Test, unsure } from './conditions.ts'
import { type Field, fieldOf } from './nft-fields.ts'
import type { View } from './packet.ts'
import { allOf, type Truth } from './truth.ts'

type NftSet = NftRuleset['sets'][number]

/** Finds a set or map of the same table by its name. */
export type FindSet = (name: string) => NftSet | undefined

interface Comparison {
  readonly op: string
  readonly left: unknown
  readonly right: unknown
}

/** Whether `left op right` holds. */
export function comparisonTest({ op, left, right }: Comparison, findSet: FindSet): Test {
  const fields = fieldsOf(left)
  const keys = keysOf(rangeOf(op, right), findSet)
  const test = keys === null ? unsure : memberTest(fields, keys)
  const tests = [...fields.map(({ exists }) => exists), op === '!=' ? negated(test) : test]
  return view => allOf(tests, view)
}

/** Fields of an expression; several for a concatenation. */
export const fieldsOf = (expression: unknown): readonly Field[] =>
  (z.safeParse(concatSchema, expression).data?.concat ?? [expression]).map(fieldOf)

/** Tests whether the fields equal the key, whose parts may be networks or ranges. */
export function keyTest(fields: readonly Field[], key: readonly string[]): Test {
  if (key.length !== fields.length) return unsure
  const tests = fields.map(({ equals }, i) => equals(key[i] ?? ''))
  return view => allOf(tests, view)
}

/** The parts of a key as text. */
export function keyParts(value: unknown): readonly string[] {
  const inner = z.safeParse(wrappedSchema, value).data?.elem.val ?? value
  return (z.safeParse(concatSchema, inner).data?.concat ?? [inner]).map(valueText)
}

const concatSchema = z.object({ concat: z.array(z.unknown()) })
const wrappedSchema = z.object({ elem: z.object({ val: z.unknown() }) })
const setSchema = z.object({ set: z.array(z.unknown()) })

interface Keys {
  readonly list: readonly (readonly string[])[]
  /** False when there may be more entries. */
  readonly isComplete: boolean
}

function keysOf(right: unknown, findSet: FindSet): Keys | null {
  if (typeof right === 'string' && right.startsWith('@')) {
    const set = findSet(right.slice(1))
    return set ? { list: set.elements.map(({ key }) => key), isComplete: set.omitted === 0 } : null
  }
  const list = Array.isArray(right) ? right : (z.safeParse(setSchema, right).data?.set ?? [right])
  return { list: list.map(keyParts), isComplete: true }
}

function memberTest(fields: readonly Field[], { list, isComplete }: Keys): Test {
  const tests = list.map(key => keyTest(fields, key))
  return view => {
    const found = anyTest(tests, view)
    return found === 'no' && !isComplete ? 'maybe' : found
  }
}

function anyTest(tests: readonly Test[], view: View): Truth {
  let any: Truth = 'no'
  for (const test of tests) {
    const truth = test(view)
    if (truth === 'yes') return 'yes'
    if (truth === 'maybe') any = 'maybe'
  }
  return any
}

/** Converts `< 1024` to a range; a value that is not a number is returned as it is and will not be understood. */
function rangeOf(op: string, right: unknown): unknown {
  if (!['<', '<=', '>', '>='].includes(op)) return right
  if (typeof right !== 'number') return { op, right }
  return op.startsWith('<')
    ? { range: [0, op === '<' ? right - 1 : right] }
    : { range: [op === '>' ? right + 1 : right, 65_535] }
}
