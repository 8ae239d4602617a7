import { type CollectContext, type PartDefinition, parsePart } from '../../shared/part.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import { type MemoryHostFiles, memoryHost } from './memory-host.ts'

/** Time stands still, and pauses return at once. */
const stillness: CollectContext = { now: () => 0, pause: async () => {}, sampleMs: 2000 }

/**
 * Collects one part of a host from plain records, and asserts that its schema accepts it after a round trip through
 * JSON.
 */
export async function collect<T>(
  definition: PartDefinition<T>,
  files: MemoryHostFiles,
  context: CollectContext = stillness,
): Promise<Reading<T>> {
  const reading = await definition.collect(memoryHost(files), context)
  const received = parsePart(definition, JSON.parse(JSON.stringify({ ...reading, ms: 0 })))
  if (isOk(reading) && !isOk(received)) throw new Error(`the part refuses its own value: ${received.detail}`)
  return reading
}

/** The value of a reading that must be ok. */
export function given<T>(reading: Reading<T>): T {
  if (isOk(reading)) return reading.value
  throw new Error(`unread: ${reading.reason}, ${reading.detail}`)
}

/** `ok`, or the reason. */
export const reasonOf = (reading: Reading<unknown>): string => (isOk(reading) ? 'ok' : reading.reason)
