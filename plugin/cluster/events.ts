import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, project } from '../kube/cluster-part.ts'
import { resources } from '../kube/port.ts'

/** A core/v1 Event. `count` includes the repetitions that the recorder folded into it. */
export interface ApiEvent {
  readonly type: string
  readonly reason: string
  /** As written; kubelet and runtimes nest quotes and prefix `(combined from similar events): `. */
  readonly message: string
  readonly object: {
    readonly kind: string
    readonly namespace: string
    readonly name: string
    readonly uid: string
  }
  /** Node that reported it; empty when unknown. */
  readonly host: string
  readonly component: string
  readonly count: number
  readonly firstSeen: string | null
  readonly lastSeen: string | null
}

const text = z.optional(z.nullable(z.string()))

const schema = z.object({
  metadata: metadataSchema,
  type: text,
  reason: text,
  message: text,
  involvedObject: z.optional(z.nullable(z.object({ kind: text, namespace: text, name: text, uid: text }))),
  source: z.optional(z.nullable(z.object({ host: text, component: text }))),
  reportingComponent: text,
  reportingInstance: text,
  count: z.optional(z.nullable(z.number())),
  series: z.optional(
    z.nullable(
      z.object({
        count: z.optional(z.nullable(z.number())),
        lastObservedTime: text,
      }),
    ),
  ),
  firstTimestamp: text,
  lastTimestamp: text,
  eventTime: text,
})

/** Events of all namespaces. */
export const events = defineClusterPart<readonly ApiEvent[]>({
  collect: kube => project(kube, { resource: resources.events, schema, change }),
})

function change(event: z.infer<typeof schema>): ApiEvent {
  const { involvedObject: object, series } = event
  const first = event.firstTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? null
  return {
    type: event.type ?? '',
    reason: event.reason ?? '',
    message: event.message ?? '',
    object: {
      kind: object?.kind ?? '',
      namespace: object?.namespace ?? '',
      name: object?.name ?? '',
      uid: object?.uid ?? '',
    },
    host: event.source?.host || event.reportingInstance || '',
    component: event.source?.component || event.reportingComponent || '',
    count: series?.count ?? event.count ?? 1,
    firstSeen: first,
    lastSeen: series?.lastObservedTime ?? event.lastTimestamp ?? first,
  }
}
