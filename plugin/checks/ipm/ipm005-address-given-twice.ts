import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { isLive, podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'IPM005',
  severity: 'error',
  title: 'Two pods share an address',
  explains: [],
  cluster: ['pods'],
  run: ({ cluster: { pods } }) => {
    const holders = new Map<string, Pod[]>()
    for (const pod of pods.filter(isHolder)) {
      for (const ip of new Set(pod.ips)) holders.set(ip, [...(holders.get(ip) ?? []), pod])
    }
    return found(...[...holders].filter(([, sharing]) => sharing.length > 1).map(([ip, sharing]) => draft(ip, sharing)))
  },
})

/** Finished pods keep the address in their status, and a pod being deleted may have released it. */
const isHolder = (pod: Pod) =>
  isLive(pod) &&
  !pod.hostNetwork &&
  !pod.deleting &&
  pod.node !== null &&
  pod.reason !== 'NodeLost' &&
  pod.containers.some(({ state }) => state === 'running')

function draft(ip: string, sharing: readonly Pod[]): Draft {
  const [first] = sharing
  const nodes = [...new Set(sharing.flatMap(({ node }) => node ?? []))]
  return {
    subject: { kind: 'Pod', namespace: first?.namespace ?? '', name: first?.name ?? '', nodes },
    key: ip,
    message: `${sharing.map(podKey).slice(0, 4).join(' and ')} have the same address ${ip}`,
    evidence: sharing.slice(0, 4).map(pod => ({ at: `Pod ${podKey(pod)}`, observed: `${ip} on ${pod.node}` })),
    danger: 'packets for one of them reach the other, or whoever answered last',
    remedies: [
      {
        title: 'see who else has it, mend the address management of the nodes, then make one of the pods anew',
        commands: [
          onWorkstation(`kubectl get pods -A -o wide | grep -w ${quote(ip)}`),
          onWorkstation(`kubectl -n ${quote(first?.namespace ?? '')} delete pod ${quote(first?.name ?? '')}`),
        ],
        risk: 'disruptive',
      },
    ],
    verify: 'kubectl netcheck nodes',
  }
}
