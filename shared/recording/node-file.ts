import { isOk, type Part } from '../reading.ts'
import { version } from '../version.ts'

interface Unrecorded {
  /** A part, or the path of a recorded file. */
  readonly what: string
  readonly message: string
}

interface Beside {
  readonly unrecorded?: readonly Unrecorded[]
  /** How far the node's clock is ahead in ms, when it was compared. */
  readonly clockSkewMs?: number | undefined
}

/**
 * Contents of a node's `node.json` in a bundle: when and by what it was read, and what was not. Source:
 * netcheck-bundle/1.
 */
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
