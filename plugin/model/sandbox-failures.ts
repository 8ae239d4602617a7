import type { ApiEvent } from '../cluster/events.ts'
import type { Pod } from '../cluster/pods.ts'
import { primaryText } from './event-text.ts'
import { memoise } from './memo.ts'
import { ageOf, hour, podKey } from './pods.ts'

/** What kept a pod's sandbox from being made, as far as the message tells. */
export type FailureCause =
  | 'plugin-missing'
  | 'no-address'
  | 'not-initialised'
  | 'bad-configuration'
  | 'incompatible-version'
  | 'daemon-away'
  | 'unauthorised'
  | 'network'
  | 'not-network'

/** One failing pod and its last message about the sandbox, unwrapped. */
export interface SandboxFailure {
  readonly cause: FailureCause
  /** Name of the missing plugin, where the cause is that. */
  readonly plugin: string | null
  readonly node: string
  readonly pod: Pod
  readonly text: string
  readonly reason: string
  readonly count: number
  readonly lastSeen: string | null
}

const reasons = ['FailedCreatePodSandBox', 'FailedCreatePodSandbox', 'FailedSync', 'NetworkNotReady']

/** Patterns in the order of their strength; the first that fits names the cause. Source: texts of libcni and plugins. */
const patterns: readonly (readonly [FailureCause, RegExp])[] = [
  ['plugin-missing', /failed to find plugin "([^"]+)" in path/],
  ['no-address', /no IP addresses available in (?:range set|network)|No available address(?:es| pools)/i],
  ['incompatible-version', /incompatible CNI versions|does not support config version|the version is empty/],
  ['bad-configuration', /error parsing configuration|missing 'type'|no plugin configs? found/],
  ['not-initialised', /cni plugin not initialized|cni config uninitialized|NetworkPluginNotReady|NetworkReady=false/],
  ['unauthorised', /connection is unauthorized|x509:|Unauthorized/],
  ['daemon-away', /127\.0\.0\.1:6784|cilium\.sock|cilium.{0,8}agent|calico\/nodename|subnet\.env/i],
  ['network', /network|cni|plugin type=|netns|veth|\bbridge\b/i],
]

/** Sandbox failures of the last hour whose pod is still not ready, newest message per pod. */
export function recentFailures(
  { events, pods }: { readonly events: readonly ApiEvent[]; readonly pods: readonly Pod[] },
  takenAt: number,
): readonly SandboxFailure[] {
  const byKey = new Map(pods.map(pod => [podKey(pod), pod]))
  const latest = new Map<string, SandboxFailure>()
  for (const event of sandboxEvents(events)) {
    const pod = byKey.get(podKey(event.object))
    const age = ageOf(event.lastSeen, takenAt)
    if (!pod || pod.ready || pod.node === null || age === null || age > hour) continue
    if (isFinished(pod) || (event.object.uid !== '' && pod.uid !== '' && event.object.uid !== pod.uid)) continue
    const known = latest.get(podKey(pod))
    if (!known || (known.lastSeen ?? '') <= (event.lastSeen ?? '')) latest.set(podKey(pod), toFailure(event, pod))
  }
  return [...latest.values()]
}

/** Whether the cause is anything but "not the network". */
export const isNetworkFailure = ({ cause }: SandboxFailure): boolean => cause !== 'not-network'

const sandboxEvents = memoise((events: readonly ApiEvent[]) =>
  events.filter(({ object, reason }) => object.kind === 'Pod' && reasons.includes(reason)),
)

const isFinished = ({ phase }: Pod) => phase === 'Succeeded' || phase === 'Failed'

function toFailure(event: ApiEvent, pod: Pod): SandboxFailure {
  const text = primaryText(event.message)
  const match = patterns.map(([cause, pattern]) => ({ cause, hit: pattern.exec(text) })).find(({ hit }) => hit !== null)
  const cause = match?.cause ?? 'not-network'
  return {
    cause,
    plugin: cause === 'plugin-missing' ? (match?.hit?.[1] ?? null) : null,
    node: event.host || (pod.node ?? ''),
    pod,
    text,
    reason: event.reason,
    count: event.count,
    lastSeen: event.lastSeen,
  }
}
