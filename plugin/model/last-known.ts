import type { HostLogs } from '../../shared/node/host-logs.ts'
import { isOk, type Reading, valueOr } from '../../shared/reading.ts'
import { oneLine } from '../../shared/text.ts'
import type { ApiEvent } from '../cluster/events.ts'
import { podKey } from './pods.ts'

/** The last known trace of a container, and its source. */
export interface LastKnown {
  /** `namespace/name` or a line of a log. */
  readonly what: string
  readonly source: string
}

const containerIds = /\b[0-9a-f]{64}\b/g

/** The last known trace by container id, from events and logs; events come first because they name the pod. */
export function lastKnown(
  events: Reading<readonly ApiEvent[]>,
  hostLogs: Reading<HostLogs>,
): ReadonlyMap<string, LastKnown> {
  const told = isOk(events) ? events.value.flatMap(toldByEvent) : []
  const logged = isOk(hostLogs) ? hostLogs.value.logs.flatMap(toldByLog) : []
  return new Map([...logged, ...told])
}

const toldByEvent = ({ message, object, reason }: ApiEvent) =>
  object.kind === 'Pod'
    ? idsIn(message).map(id => [id, { what: podKey(object), source: `event ${reason}` }] as const)
    : []

const toldByLog = ({ source, entries }: HostLogs['logs'][number]) =>
  valueOr(entries, []).flatMap(({ message }) =>
    idsIn(message).map(id => [id, { what: oneLine(message, 160), source }] as const),
  )

const idsIn = (text: string): readonly string[] => text.match(containerIds) ?? []
