import * as z from 'zod/mini'

const time = z.optional(z.nullable(z.string()))

/** Timestamps of events and node conditions. */
const schema = z.object({
  metadata: z.object({ creationTimestamp: time }),
  lastTimestamp: time,
  eventTime: time,
  series: z.optional(z.nullable(z.object({ lastObservedTime: time }))),
  status: z.optional(z.object({ conditions: z.optional(z.nullable(z.array(z.object({ lastHeartbeatTime: time })))) })),
})

/** The newest timestamp in the objects (RFC 3339), which approximates when an undated dump was made. */
export function newestTime(objects: readonly unknown[]): string {
  let newest = 0
  for (const object of objects) {
    const { success, data } = z.safeParse(schema, object)
    if (success) for (const each of timesOf(data)) newest = Math.max(newest, Date.parse(each ?? '') || 0)
  }
  return new Date(newest).toISOString()
}

const timesOf = ({ metadata, lastTimestamp, eventTime, series, status }: z.infer<typeof schema>) => [
  metadata.creationTimestamp,
  lastTimestamp,
  eventTime,
  series?.lastObservedTime,
  ...(status?.conditions?.map(({ lastHeartbeatTime }) => lastHeartbeatTime) ?? []),
]
