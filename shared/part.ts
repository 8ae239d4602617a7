import * as z from 'zod/mini'
import type { Host } from './host.ts'
import type { ProbeTarget } from './protocol/probes.ts'
import { type Part, type Reading, reasons, type Unavailable, unavailable } from './reading.ts'

/** What a collector may use besides the host. */
export interface CollectContext {
  /** Milliseconds since the epoch, by the host's clock. */
  readonly now: () => number
  /** Waits between two counter samples; returns at once in a replay. */
  readonly pause: (ms: number) => Promise<void>
  /** Milliseconds between two counter samples: 2 s in a recording, less in an interactive run. */
  readonly sampleMs: number
  /** Time limit of the part in ms; `limits.partMs` by default. */
  readonly deadlineMs?: number
  /** Probe targets; none when not given. */
  readonly probes?: readonly ProbeTarget[] | undefined
}

/** One part of a node's state: its schema and its collector. Each has its own file in `shared/node/`. */
export interface PartDefinition<T> {
  readonly schema: z.ZodMiniType<T>
  readonly collect: (host: Host, context: CollectContext) => Promise<Reading<T>>
}

/** Defines a part; infers the type of its value. */
export const definePart = <T>(definition: PartDefinition<T>): PartDefinition<T> => definition

/** Reads one part within its deadline. Never rejects: a crash or a time-out becomes a reason. */
export async function collectPart<T>(
  definition: PartDefinition<T>,
  { host, context, deadlineMs }: { host: Host; context: CollectContext; deadlineMs: number },
): Promise<Part<T>> {
  const start = context.now()
  const deadline = expiry(deadlineMs)
  const reading = await Promise.race([guarded(definition, host, { ...context, deadlineMs }), deadline.promise])
  deadline.cancel()
  return { ...reading, ms: Math.max(0, context.now() - start) }
}

/** Validates a part received over the wire by its schema: data from a node is untrusted. */
export function parsePart<T>(definition: PartDefinition<T>, json: unknown): Part<T> {
  const envelope = z.safeParse(envelopeSchema, json)
  if (!envelope.success)
    return {
      ...unavailable('malformed', 'the part has no valid envelope'),
      ms: 0,
    }
  if (envelope.data.status === 'unavailable') return envelope.data
  const value = z.safeParse(definition.schema, envelope.data.value)
  if (value.success) return { status: 'ok', value: value.data, ms: envelope.data.ms }
  return {
    ...unavailable('malformed', z.prettifyError(value.error)),
    ms: envelope.data.ms,
  }
}

/** Schema of a single fact in a part, with a reading of its own. */
export const readingOf = <S extends z.ZodMiniType>(value: S) =>
  z.discriminatedUnion('status', [z.object({ status: z.literal('ok'), value }), unavailableSchema])

const unavailableSchema = z.object({
  status: z.literal('unavailable'),
  reason: z.enum(reasons),
  detail: z.string(),
})

const envelopeSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('ok'), value: z.unknown(), ms: z.number() }),
  z.extend(unavailableSchema, { ms: z.number() }),
])

async function guarded<T>(definition: PartDefinition<T>, host: Host, context: CollectContext): Promise<Reading<T>> {
  try {
    return await definition.collect(host, context)
  } catch (error) {
    return unavailable('failed', `the collector crashed: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function expiry(ms: number): {
  promise: Promise<Unavailable>
  cancel: () => void
} {
  let timer: ReturnType<typeof setTimeout> | undefined
  const promise = new Promise<Unavailable>(resolve => {
    timer = setTimeout(() => resolve(unavailable('timeout', `not read within ${ms} ms`)), ms)
  })
  return { promise, cancel: () => clearTimeout(timer) }
}
