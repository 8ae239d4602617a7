import type { Pod } from '../../cluster/pods.ts'
import type { Service } from '../../cluster/services.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { isLinkLocal } from '../../model/node-local-dns.ts'
import { isLive, podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'DNS014',
  severity: 'warning',
  title: 'DNS settings of a pod defeat cluster DNS',
  explains: [],
  cluster: ['pods', 'services'],
  run: ({ cluster: { pods, services } }) => {
    const owners = new Set<string>()
    const drafts = pods.filter(isLive).flatMap(pod => {
      const why = pod.namespace.startsWith('kube-') ? null : whyNot(pod, services)
      const name = why === null ? undefined : serviceNameIn(pod)
      const owner = `${pod.namespace}/${pod.owner?.name ?? pod.name}`
      if (why === null || name === undefined || owners.has(owner)) return []
      owners.add(owner)
      return [draft(pod, why, name)]
    })
    return found(...drafts)
  },
})

/** Why the pod does not use cluster DNS; null when it does. */
function whyNot({ hostNetwork, dnsPolicy, dnsConfig }: Pod, services: readonly Service[]): string | null {
  const asked = dnsConfig?.nameservers ?? []
  if (asked.some(address => isLinkLocal(address) || isDnsService(address, services))) return null
  if (dnsPolicy === 'Default') return 'dnsPolicy Default: it asks the servers of its node'
  if (dnsPolicy === 'None') return `dnsPolicy None: it asks ${asked.join(', ') || 'nobody'}`
  return hostNetwork && dnsPolicy === 'ClusterFirst'
    ? 'hostNetwork with dnsPolicy ClusterFirst, which the kubelet treats as Default'
    : null
}

const isDnsService = (address: string, services: readonly Service[]): boolean =>
  services.some(({ clusterIPs, ports }) => clusterIPs.includes(address) && ports.some(({ port }) => port === 53))

/** A service's name as a host: in a URL, or before a port. Names in certificates and tokens do not count. */
const wantedName = /(?:^|[=/@,])([a-z0-9-]+\.[a-z0-9-]+\.svc(?:\.[a-z0-9.-]+)?)(?=[:/,]|$)/
const isOther = /issuer|audience|san\b|cert|dns-name|no[-_]proxy/i

const serviceNameIn = ({ specs }: Pod): string | undefined =>
  specs
    .flatMap(({ command }) => command)
    .filter(word => !isOther.test(word))
    .flatMap(word => wantedName.exec(word)?.[1] ?? [])[0]

function draft(pod: Pod, why: string, name: string): Draft {
  const kind = pod.owner?.kind === 'ReplicaSet' ? 'deployment' : (pod.owner?.kind.toLowerCase() ?? 'pod')
  const target =
    pod.owner?.kind === 'ReplicaSet' ? pod.owner.name.replace(/-[a-z0-9]+$/, '') : (pod.owner?.name ?? pod.name)
  return {
    subject: {
      kind: 'Pod',
      namespace: pod.namespace,
      name: pod.name,
      ...(pod.node === null ? {} : { nodes: [pod.node] }),
    },
    message: `${podKey(pod)} is told to reach ${name}, and does not ask the cluster’s DNS`,
    evidence: [
      { at: `Pod ${podKey(pod)}, spec`, observed: why, expected: 'a policy by which the cluster’s DNS is asked' },
      { at: `Pod ${podKey(pod)}, command`, observed: name },
    ],
    danger: 'the servers of the node do not know names of services: the pod does not find it',
    remedies: [
      {
        title: 'choose the policy that asks the cluster',
        commands: [
          onWorkstation(
            `kubectl -n ${quote(pod.namespace)} patch ${kind} ${quote(target)} -p '{"spec":{"template":{"spec":{"dnsPolicy":"${pod.hostNetwork ? 'ClusterFirstWithHostNet' : 'ClusterFirst'}"}}}}'`,
          ),
        ],
        risk: 'disruptive',
        rollback: `kubectl -n ${quote(pod.namespace)} rollout undo ${kind} ${quote(target)}`,
      },
    ],
  }
}
