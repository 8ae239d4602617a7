import type { HostLogs } from '../../shared/node/host-logs.ts'
import { isOk, type Reading, valueOr } from '../../shared/reading.ts'
import type { ContainerLog } from '../cluster/component-logs.ts'
import { plainText } from './event-text.ts'
import { ageOf, minute } from './pods.ts'

/** One line of a log, without the escaping of nested quotes. */
export interface LogLine {
  /** Source for evidence: `journal-kubelet`, a path, or `Pod namespace/name, container x`. */
  readonly source: string
  readonly text: string
}

type Component = HostLogs['logs'][number]['component']

/** Log lines of host programs from the last 15 minutes; lines without a time count as recent. */
export const recentHostLines = (
  hostLogs: Reading<HostLogs>,
  takenAt: number,
  components?: readonly Component[],
): readonly LogLine[] =>
  (isOk(hostLogs) ? hostLogs.value.logs : [])
    .filter(({ component }) => components?.includes(component) ?? true)
    .flatMap(({ source, entries }) =>
      valueOr(entries, [])
        .filter(({ time }) => (ageOf(time, takenAt) ?? 0) <= 15 * minute)
        .map(({ message }) => ({ source, text: plainText(message) })),
    )

/** Log lines of a container, those of its previous run first. */
export const containerLines = ({ namespace, pod, container, current, previous }: ContainerLog): readonly LogLine[] =>
  [previous, current].flatMap(reading =>
    (reading && isOk(reading) ? reading.value.split('\n') : [])
      .filter(text => text.trim() !== '')
      .map(text => ({ source: `Pod ${namespace}/${pod}, container ${container}`, text: plainText(text) })),
  )
