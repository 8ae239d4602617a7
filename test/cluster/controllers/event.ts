import { type Clock, rfc3339 } from '../api/clock.ts'
import type { KubeObject } from '../api/object.ts'
import { fieldOf } from '../api/object.ts'
import { typeNamed } from '../api/resources.ts'
import type { Store } from '../api/store.ts'

export interface EventText {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** Who says it, as `kubelet`, and on which node. */
  readonly component: string
  readonly host?: string
}

/** Writes a core/v1 Event about an object; a repeated text only increments the count, as in Kubernetes. */
export function recordEvent(store: Store, clock: Clock, { about, ...text }: EventText & { about: KubeObject }): void {
  const type = typeNamed('events')
  const namespace = about.metadata.namespace ?? 'default'
  const now = rfc3339(clock.now())
  const known = store.items(type).find(event => isSame(event, about, text))
  if (known) {
    const count = Number(known.count ?? 1) + 1
    store.replace(type, { ...known, count, lastTimestamp: now })
    return
  }
  const { name, uid, resourceVersion } = about.metadata
  store.create(type, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${(BigInt(clock.now()) * 1_000_000n + BigInt(store.version)).toString(16)}`, namespace },
    involvedObject: {
      kind: about.kind,
      namespace: about.metadata.namespace,
      name,
      uid,
      apiVersion: about.apiVersion,
      resourceVersion,
    },
    reason: text.reason,
    message: text.message,
    source: { component: text.component, ...(text.host === undefined ? {} : { host: text.host }) },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    type: text.type,
    eventTime: null,
    reportingComponent: text.component,
    reportingInstance: text.host ?? '',
  })
}

const isSame = (event: KubeObject, { metadata: { uid } }: KubeObject, { reason, message }: EventText): boolean =>
  fieldOf(event, 'involvedObject.uid') === uid && event.reason === reason && event.message === message
