import type { Reading } from '../../shared/reading.ts'
import { isOk } from '../../shared/reading.ts'
import { oneLine } from '../../shared/text.ts'
import type { ContainerLog } from '../cluster/component-logs.ts'
import type { DaemonSet } from '../cluster/daemon-sets.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { ContainerState, Pod } from '../cluster/pods.ts'
import { complaintKind } from './daemon-logs.ts'
import { plainText } from './event-text.ts'
import { ageOf, livePodsOn, minute } from './pods.ts'

/** State of a network component's pod on one node. */
export type DaemonState =
  | { readonly kind: 'running' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'not-wanted' }
  | { readonly kind: 'absent' }
  /** Running, but its readiness probe fails. */
  | { readonly kind: 'not-ready'; readonly pod: Pod }
  | { readonly kind: 'broken'; readonly pod: Pod; readonly container: ContainerState | null; readonly why: string }

const startMs = 2 * minute

/** The state of a component's pods on a node, and of the DaemonSets that should have created one there. */
export function daemonState(
  node: Pick<ApiNode, 'name' | 'labels'>,
  {
    pods,
    daemonSets,
    isPart,
  }: { pods: readonly Pod[]; daemonSets: readonly DaemonSet[]; isPart: (pod: Pod) => boolean },
  takenAt: number,
): DaemonState {
  const here = livePodsOn(pods, node.name).filter(isPart)
  const staying = here.filter(({ deleting }) => !deleting)
  const states = (staying.length > 0 ? staying : here).map(pod => podState(pod, takenAt))
  const best = states.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))[0]
  if (best) return best
  return daemonSets.some(set => selects(set, node.labels) && lacksPods(set, pods, isPart))
    ? { kind: 'absent' }
    : { kind: 'not-wanted' }
}

const order: readonly DaemonState['kind'][] = ['running', 'starting', 'not-ready', 'broken']

/** The log line that shows why a container ended: the last known complaint, otherwise the last failure or the last line. */
export function lastWords(
  logs: Reading<readonly ContainerLog[]>,
  { pod, container }: { pod: Pod; container: string },
): string | null {
  const log = isOk(logs)
    ? logs.value.find(log => log.namespace === pod.namespace && log.pod === pod.name && log.container === container)
    : undefined
  const texts = [log?.previous, log?.current].flatMap(text => (text && isOk(text) ? [text.value] : []))
  const lines = texts.map(text => text.split('\n').filter(line => line.trim() !== '' && !notTheLog.test(line)))
  const lastOf = (isIt: (line: string) => boolean) => lines.flatMap(text => text.findLast(isIt) ?? [])[0]
  const complaint =
    lastOf(line => complaints.test(line) && complaintKind(line) !== null) ??
    lastOf(line => complaints.test(line) && !farewell.test(line)) ??
    lastOf(line => complaints.test(line))
  const line = complaint ?? lines.at(-1)?.at(-1)
  return line === undefined ? null : oneLine(plainText(line.replace(timestamp, '')), 280)
}

const complaints =
  /^[EF]\d{4} |\b(?:error|fatal|panic|fail(?:ed|ure)?|cannot|can't|could(?:n't| not)|denied|refused|unable|invalid|forbidden|unauthorized|overlaps)\b/i

/** What ends a log and gives no reason. */
const farewell = /\b(?:failed to start|exiting|terminating|shutting down|stopping)\W*$/i

/** The kubelet's answer when the log is gone, and the runtime's timestamp before each line. */
const notTheLog = /^unable to retrieve container logs for /
const timestamp = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) /

function podState(pod: Pod, takenAt: number): DaemonState {
  const container = pod.containers.find(isFailing)
  if (container) return { kind: 'broken', pod, container, why: whyOf(container) }
  if (pod.ready) return { kind: 'running' }
  const age = ageOf(pod.createdAt, takenAt)
  if (age !== null && age < startMs) return { kind: 'starting' }
  if (pod.phase === 'Running') return { kind: 'not-ready', pod }
  return { kind: 'broken', pod, container: null, why: pod.phase === 'Pending' ? 'is Pending' : 'does not run' }
}

const failing = /BackOff|^Err|Error$|InvalidImageName|^OOMKilled$/

const isFailing = ({ state, reason, exitCode, init }: ContainerState) =>
  (state === 'waiting' && failing.test(reason)) || (state === 'terminated' && !(init && exitCode === 0))

const whyOf = ({ name, init, state, reason, exitCode }: ContainerState) =>
  `${init ? 'init container' : 'container'} ${name} is in ${reason || state}${exitCode === null ? '' : ` (exit code ${exitCode})`}`

const selects = ({ nodeSelector }: DaemonSet, labels: ApiNode['labels']) =>
  Object.entries(nodeSelector).every(([key, value]) => labels[key] === value)

/** A DaemonSet that wants more pods than it has. */
function lacksPods(set: DaemonSet, pods: readonly Pod[], isPart: (pod: Pod) => boolean): boolean {
  const owned = pods.filter(pod => pod.owner?.kind === 'DaemonSet' && pod.owner.name === set.name && isPart(pod))
  const present = owned.filter(
    ({ namespace, node, deleting }) => namespace === set.namespace && node !== null && !deleting,
  )
  return set.desired > present.length
}
