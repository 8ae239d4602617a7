import * as z from 'zod/mini'
import { parseReply, sandboxesReplySchema } from '../formats/cri.ts'
import { definePart } from '../part.ts'
import { isOk, mapReading } from '../reading.ts'

/** Pod sandboxes in every state: one that is not ready still owns its address. */
const sandboxesSchema = z.object({
  sandboxes: z.array(
    z.object({
      /** The CNI container id: 64 hex digits. */
      id: z.string(),
      pod: z.object({
        namespace: z.string(),
        name: z.string(),
        uid: z.string(),
      }),
      ready: z.boolean(),
      /** RFC 3339; null when the runtime does not know. */
      createdAt: z.nullable(z.string()),
    }),
  ),
})
export type Sandboxes = z.infer<typeof sandboxesSchema>

export const sandboxes = definePart<Sandboxes>({
  schema: sandboxesSchema,
  collect: async host => {
    const reply = await host.cri('pod-sandboxes')
    if (!isOk(reply)) return reply
    return mapReading(parseReply(sandboxesReplySchema, reply.value), ({ items }) => ({
      sandboxes: items.map(toSandbox),
    }))
  },
})

type Item = z.infer<typeof sandboxesReplySchema>['items'][number]

const toSandbox = ({ id, metadata, state, createdAt }: Item): Sandboxes['sandboxes'][number] => ({
  id,
  pod: { namespace: metadata.namespace, name: metadata.name, uid: metadata.uid },
  ready: state === 0 || state === 'SANDBOX_READY',
  createdAt: timeOf(BigInt(createdAt)),
})

/** Sandboxes that were never started have no time, or Go's zero time, a negative number. */
const timeOf = (nanoseconds: bigint): string | null =>
  nanoseconds > 0n ? new Date(Number(nanoseconds / 1_000_000n)).toISOString() : null
