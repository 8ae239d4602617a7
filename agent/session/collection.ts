import { setTimeout as pause } from 'node:timers/promises'
import pLimit from 'p-limit'
import type { Host } from '../../shared/host.ts'
import { type CollectContext, collectPart, type PartDefinition } from '../../shared/part.ts'
import { isPartName } from '../../shared/protocol/chunk.ts'
import { ProtocolViolation } from '../../shared/protocol/frame.ts'
import type { Collect } from '../../shared/protocol/messages.ts'
import { type Part, unavailable } from '../../shared/reading.ts'
import type { Outbox } from './outbox.ts'
import { pack } from './pack.ts'

/** High enough that parts which only wait, or hang, do not delay the others. */
const mostAtOnce = 32

/** An interactive run takes its second counter sample early; a recording can wait longer. */
const sampleMs = { asked: 500, recorded: 2000 } as const

export type Definitions = Readonly<Record<string, PartDefinition<unknown>>>

/** What a collection reads, and where it sends it. */
export interface CollectionSetup {
  readonly host: Host
  readonly definitions: Definitions
  readonly outbox: Outbox
  /** Called with each part before it is sent. */
  readonly onPart?: (name: string, part: Part<unknown>) => void
}

/** The requested parts that were not sent yet. */
export interface Collection {
  readonly waiting: ReadonlySet<string>
  /** Resolves when every part was sent. */
  readonly done: Promise<void>
}

/**
 * Collects the requested parts concurrently and sends each as soon as it is ready. Throws ProtocolViolation for an
 * unknown name.
 */
export function startCollection(
  { parts, partMs, probes, record }: Collect,
  { host, definitions, outbox, onPart = () => {} }: CollectionSetup,
): Collection {
  const bad = parts.find(name => !isPartName(name))
  if (bad !== undefined) throw new ProtocolViolation('CHUNK_PART', `${JSON.stringify(bad)} is no name of a part`)
  const waiting = new Set(parts)
  const context = {
    now: Date.now,
    pause: wait,
    deadlineMs: partMs,
    probes,
    sampleMs: record ? sampleMs.recorded : sampleMs.asked,
  }
  const limit = pLimit(mostAtOnce)
  const sent = [...waiting].map(name =>
    limit(async () => {
      const part = await collectNamed(name, { host, definitions, context })
      onPart(name, part)
      await outbox.part(await pack(name, part))
      waiting.delete(name)
    }),
  )
  return { waiting, done: Promise.all(sent).then(() => undefined) }
}

const wait = (ms: number): Promise<void> => pause(ms)

interface Surroundings {
  readonly host: Host
  readonly definitions: Definitions
  readonly context: CollectContext & { readonly deadlineMs: number }
}

async function collectNamed(name: string, { host, definitions, context }: Surroundings): Promise<Part<unknown>> {
  const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined
  if (!definition) return { ...unavailable('unsupported', `this agent knows no part ${name}`), ms: 0 }
  return collectPart(definition, { host, context, deadlineMs: context.deadlineMs })
}
