import type { ApiEvent } from '../cluster/events.ts'
import type { Pod } from '../cluster/pods.ts'
import { primaryText, shortText } from './event-text.ts'
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

/**
 * Patterns in the order of their strength; the first that fits names the cause. Sources: texts of libcni, host-local,
 * Azure CNI and CNS, Cilium, Calico, Whereabouts, Kube-OVN.
 */
const patterns: readonly (readonly [FailureCause, RegExp])[] = [
  ['plugin-missing', /failed to find plugin "([^"]+)" in path/],
  [
    'no-address',
    /no IP addresses available in (?:range set|network)|No available address(?:es| pools)|range is full|no more IPs available|IPAM allocated only|no more free affine blocks|per host block limit|Assigned 0 out of \d|could not allocate IP in range|NoAvailableAddress|not enough IPs available/i,
  ],
  ['incompatible-version', /incompatible CNI versions|does not support config version|the version is empty/],
  ['bad-configuration', /error parsing configuration|missing 'type'|no plugin configs? found/],
  ['not-initialised', /cni plugin not initialized|cni config uninitialized|NetworkPluginNotReady|NetworkReady=false/],
  ['unauthorised', /connection is unauthorized|x509:|Unauthorized/],
  [
    'daemon-away',
    /127\.0\.0\.1:6784|cilium\.sock|cilium.{0,8}agent|calico\/nodename|subnet\.env|dial unix \S+: connect:|dial tcp (?:127\.0\.0\.1|\[::1\]):(?!6443|6444|7443|8443|16443)\d+: connect: connection refused/i,
  ],
  ['network', /network|cni|plugin type=|netns|veth|\bbridge\b/i],
]

/** Sandbox failures of the last hour on one node whose pod is still not ready: the newest message of each pod. */
export const recentFailures = (
  node: string,
  { events, pods }: { readonly events: readonly ApiEvent[]; readonly pods: readonly Pod[] },
  takenAt: number,
): readonly SandboxFailure[] =>
  (failuresByNode(events)(pods).get(node) ?? []).filter(({ lastSeen }) => {
    const age = ageOf(lastSeen, takenAt)
    return age !== null && age <= hour
  })

/** Whether the cause is anything but "not the network". */
export const isNetworkFailure = ({ cause }: SandboxFailure): boolean => cause !== 'not-network'

const failuresByNode = memoise((events: readonly ApiEvent[]) =>
  memoise((pods: readonly Pod[]): ReadonlyMap<string, readonly SandboxFailure[]> => {
    const byKey = new Map(pods.filter(isUnwell).map(pod => [podKey(pod), pod]))
    const latest = new Map<string, SandboxFailure>()
    for (const event of events) {
      const pod = byKey.get(podKey(event.object))
      if (!pod || !isAbout(event, pod)) continue
      const known = latest.get(podKey(pod))
      if (!known || (known.lastSeen ?? '') <= (event.lastSeen ?? '')) latest.set(podKey(pod), toFailure(event, pod))
    }
    const byNode = new Map<string, SandboxFailure[]>()
    for (const failure of latest.values()) byNode.set(failure.node, [...(byNode.get(failure.node) ?? []), failure])
    return byNode
  }),
)

const isUnwell = ({ ready, node, phase }: Pod) => !ready && node !== null && phase !== 'Succeeded' && phase !== 'Failed'

/** A recreated pod has the same name but another uid. */
const isAbout = ({ object, reason }: ApiEvent, { uid }: Pod) =>
  object.kind === 'Pod' && reasons.includes(reason) && (object.uid === '' || uid === '' || object.uid === uid)

function toFailure(event: ApiEvent, pod: Pod): SandboxFailure {
  const text = primaryText(event.message)
  const match = patterns.map(([cause, pattern]) => ({ cause, hit: pattern.exec(text) })).find(({ hit }) => hit !== null)
  const cause = match?.cause ?? 'not-network'
  return {
    cause,
    plugin: cause === 'plugin-missing' ? (match?.hit?.[1] ?? null) : null,
    node: event.host || (pod.node ?? ''),
    pod,
    text: shortText(text),
    reason: event.reason,
    count: event.count,
    lastSeen: event.lastSeen,
  }
}
