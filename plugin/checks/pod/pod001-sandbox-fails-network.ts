import type { ApiEvent } from '../../cluster/events.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { podKey } from '../../model/pods.ts'
import {
  type FailureCause,
  isNetworkFailure,
  recentFailures,
  type SandboxFailure,
} from '../../model/sandbox-failures.ts'

export default clusterCheck({
  code: 'POD001',
  severity: 'error',
  title: 'Sandbox creation fails for the network',
  explains: ['POD003', 'SVC002', 'DNS001', 'DNS002'],
  cluster: ['pods', 'events'],
  run: ({ cluster: { pods, events }, takenAt }) => {
    const names = [...new Set(pods.flatMap(({ node }) => node ?? []))].sort()
    const drafts = names.flatMap(node => {
      const failures = recentFailures(node, { events, pods }, takenAt).filter(isNetworkFailure)
      return [...byCause(failures)].map(([cause, list]) => draft({ node, cause, list, since: sinceOf(list, events) }))
    })
    return found(...drafts)
  },
})

function byCause(failures: readonly SandboxFailure[]): ReadonlyMap<FailureCause, readonly SandboxFailure[]> {
  const groups = new Map<FailureCause, SandboxFailure[]>()
  for (const failure of failures) groups.set(failure.cause, [...(groups.get(failure.cause) ?? []), failure])
  return groups
}

/** Time of the first event about these pods. */
function sinceOf(failures: readonly SandboxFailure[], events: readonly ApiEvent[]): string | null {
  const keys = new Set(failures.map(({ pod }) => podKey(pod)))
  const reasons = new Set(failures.map(({ reason }) => reason))
  const times = events
    .filter(({ object, reason }) => keys.has(podKey(object)) && reasons.has(reason))
    .flatMap(({ firstSeen }) => firstSeen ?? [])
  return times.sort()[0] ?? null
}

const says: Readonly<Record<FailureCause, string>> = {
  'plugin-missing': 'a CNI plugin is missing',
  'no-address': 'no address is left',
  'not-initialised': 'the runtime has loaded no CNI configuration',
  'bad-configuration': 'the CNI configuration cannot be read',
  'incompatible-version': 'plugin and configuration are of versions that do not fit',
  'daemon-away': 'the CNI’s agent does not answer',
  unauthorised: 'the CNI is not let in by the API server',
  network: 'the CNI plugin fails',
  'not-network': 'not the network',
}

interface Case {
  readonly node: string
  readonly cause: FailureCause
  readonly list: readonly SandboxFailure[]
  /** RFC 3339. */
  readonly since: string | null
}

function draft({ node, cause, list, since }: Case): Draft {
  const [first] = list
  const times = list.reduce((sum, { count }) => sum + count, 0)
  const pods = list.length === 1 ? `pod ${first ? podKey(first.pod) : ''}` : `${list.length} pods`
  return {
    subject: { kind: 'Node', name: node },
    key: cause,
    message: `${pods} on ${node} ${list.length === 1 ? 'gets' : 'get'} no network: ${says[cause]}${since === null ? '' : `, since ${since}`}`,
    evidence: list.slice(0, 3).map(failure => ({
      at: `Event of Pod ${podKey(failure.pod)}`,
      observed: `${failure.reason} ×${failure.count}: ${failure.text.slice(0, 400)}`,
    })),
    danger: `pods that start on this node wait for ever (${times} attempts so far)`,
    remedies: [
      {
        title: 'read what the node itself tells',
        commands: [
          onWorkstation(`kubectl netcheck nodes ${quote(node)}`),
          onWorkstation(`kubectl get events -A --field-selector reason=${first?.reason ?? 'FailedCreatePodSandBox'}`),
        ],
        risk: 'none',
      },
    ],
    verify: `kubectl get pods -A --field-selector spec.nodeName=${quote(node)},status.phase=Pending`,
  }
}
