import type { parts } from './gen/parts.ts'
import type { PartDefinition } from './part.ts'
import type { Part } from './reading.ts'

type Definitions = typeof parts

export type PartName = keyof Definitions

/** The value type of each part by name. */
export type PartValues = {
  readonly [K in PartName]: Definitions[K] extends PartDefinition<infer T> ? T : never
}

/** Every part of a node; one that was not requested is unavailable with reason `not-recorded`. */
export type NodeParts = { readonly [K in PartName]: Part<PartValues[K]> }

/** The parts of one node, or why it was not read. */
export type NodeSnapshot =
  | {
      readonly name: string
      readonly status: 'read'
      readonly parts: NodeParts
      /** How far the node's clock is ahead in ms; absent when not measured. */
      readonly clockAheadMs?: number
    }
  | {
      readonly name: string
      readonly status: 'not-read'
      readonly why: string
    }
