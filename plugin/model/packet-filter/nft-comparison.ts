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

/** Parts of the key that an expression makes; several of a concatenation. */
export const fieldsOf = (expression: unknown): readonly Field[] =>
  (z.safeParse(concatSchema, expression).data?.concat ?? [expression]).map(fieldOf)

/** Whether the key of a packet is this one; a part may be a network or a range. */
export function keyTest(fields: readonly Field[], key: readonly string[]): Test {
  if (key.length !== fields.length) return unsure
  const tests = fields.map(({ equals }, i) => equals(key[i] ?? ''))
  return view => allOf(tests, view)
}

/** A key with its parts as text, whatever stands around it. */
export function keyParts(value: unknown): readonly string[] {
  const inner = z.safeParse(wrappedSchema, value).data?.elem.val ?? value
  return (z.safeParse(concatSchema, inner).data?.concat ?? [inner]).map(valueText)
}

const concatSchema = z.object({ concat: z.array(z.unknown()) })
const wrappedSchema = z.object({ elem: z.object({ val: z.unknown() }) })
const setSchema = z.object({ set: z.array(z.unknown()) })

interface Keys {
  readonly list: readonly (readonly string[])[]
  /** False when there may be more. */
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

/** `< 1024` as the range that it means; what is no number stays and will not be understood. */
function rangeOf(op: string, right: unknown): unknown {
  if (!['<', '<=', '>', '>='].includes(op)) return right
  if (typeof right !== 'number') return { op, right }
  return op.startsWith('<')
    ? { range: [0, op === '<' ? right - 1 : right] }
    : { range: [op === '>' ? right + 1 : right, 65_535] }
}
