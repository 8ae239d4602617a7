import type { parts } from './gen/parts.ts'
import type { PartDefinition } from './part.ts'
import type { Part } from './reading.ts'

type Definitions = typeof parts

export type PartName = keyof Definitions

/** The value of each part by its name. */
export type PartValues = {
  readonly [K in PartName]: Definitions[K] extends PartDefinition<infer T> ? T : never
}

/** Every part of a node; one that nobody asked for is unavailable with reason `not-recorded`. */
export type NodeParts = { readonly [K in PartName]: Part<PartValues[K]> }

/** What was learnt of one node, or why nothing was. */
export type NodeSnapshot =
  | {
      readonly name: string
      readonly status: 'read'
      readonly parts: NodeParts
      /** By how much the node's clock was measured to be ahead, milliseconds; left out where nobody measured. */
      readonly clockAheadMs?: number
    }
  | {
      readonly name: string
      readonly status: 'not-read'
      readonly why: string
    }
