import { isOk, type Part } from '../reading.ts'
import { version } from '../version.ts'

interface Unrecorded {
  /** A part, or the path of a recorded file. */
  readonly what: string
  readonly message: string
}

interface Beside {
  readonly unrecorded?: readonly Unrecorded[]
  /** By how much the node's clock is ahead, where there was another one. */
  readonly clockSkewMs?: number | undefined
}

/** What `node.json` of a bundle says of a node: when and by what it was read, and what was not. Source: netcheck-bundle/1. */
export function describeNode(
  at: string,
  outcomes: readonly (readonly [string, Part<unknown>])[],
  { unrecorded = [], clockSkewMs }: Beside = {},
): Uint8Array {
  const parts = Object.fromEntries(outcomes.map(([name, part]) => [name, isOk(part) ? 'read' : part.reason]))
  const errors = outcomes.flatMap(([what, part]) => (isOk(part) ? [] : [{ what, message: part.detail }]))
  const node = { collectedAt: at, agent: version, clockSkewMs, parts, errors: [...errors, ...unrecorded] }
  return new TextEncoder().encode(`${JSON.stringify(node)}\n`)
}
