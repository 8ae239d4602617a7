import type { Evidence, Remedy } from '../../../shared/finding.ts'
import { isOk } from '../../../shared/reading.ts'
import { clusterCheck, found, foundAmong, notApplicable } from '../../engine/check.ts'
import { coreDnsContainer, dnsPodsOf, dnsServiceOf, dnsSubject } from '../../model/cluster-dns.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { type DnsLoop, dnsLoops } from '../../model/dns-loop.ts'
import { podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'DNS003',
  severity: 'error',
  title: 'Forwarding loop',
  explains: ['DNS001', 'DNS008', 'DNS009'],
  wants: ['kubelet', 'resolvConf', 'podNamespaces'],
  cluster: ['pods'],
  wantsCluster: ['services', 'componentLogs', 'configMaps', 'kubeletConfigs'],
  decisive: ['configMaps'],
  run: ({ cluster: { pods }, maybeCluster, nodes }) => {
    const { services, componentLogs, configMaps, kubeletConfigs } = maybeCluster
    const service = isOk(services) ? dnsServiceOf(services.value) : null
    const own = dnsPodsOf(pods, service).filter(pod => coreDnsContainer(pod) !== null)
    if (own.length === 0) return notApplicable('no pod of CoreDNS runs')
    const loops = dnsLoops(own, { service, logs: componentLogs, configMaps, kubeletConfigs, nodes })
    const unknown = loops.filter(({ kind }) => kind === 'unknown').flatMap(({ pod }) => pod.node ?? [])
    const undecided =
      unknown.length > 0 ? [{ nodes: unknown, why: 'what the kubelet gives CoreDNS as resolver was not read' }] : []
    const looping = loops.filter(({ kind }) => ['told', 'eaten', 'coming'].includes(kind))
    const [first] = [...looping].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
    if (!first) return undecided.length > 0 ? foundAmong([], undecided) : found()
    return foundAmong(
      [
        {
          subject: dnsSubject(
            service,
            looping.map(({ pod }) => pod),
          ),
          severity: first.kind === 'coming' ? 'warning' : 'error',
          confidence: first.kind === 'told' && first.servers.length > 0 ? 'certain' : 'likely',
          message: say(first, looping.length),
          evidence: looping.slice(0, 3).flatMap(evidenceOf),
          danger: 'each query goes round until CoreDNS ends itself or its memory is used up: no name is resolved',
          remedies: first.place.startsWith('ConfigMap') ? [mendCorefile(first)] : [mendKubelet, forwardElsewhere],
        },
      ],
      undecided,
    )
  },
})

const order: readonly DnsLoop['kind'][] = ['told', 'eaten', 'coming']

function say({ kind, servers }: DnsLoop, count: number): string {
  const who = count === 1 ? 'CoreDNS forwards' : `${count} pods of CoreDNS forward`
  if (servers.length === 0) return `${who} to a server that sends the query back to CoreDNS`
  const what = `${who} to ${servers.join(', ')}, which inside of the pod is CoreDNS itself`
  return kind === 'coming' ? `${what}, from its next start on` : what
}

function evidenceOf({ pod, line, servers, place }: DnsLoop): readonly Evidence[] {
  const killed = pod.containers.find(({ lastReason }) => lastReason === 'OOMKilled')
  return [
    ...(servers.length > 0
      ? [{ at: place, observed: `nameserver ${servers.join(', ')}`, expected: 'a server outside of the pod' }]
      : []),
    ...(line ? [{ at: `Pod ${podKey(pod)}, log`, observed: line.text }] : []),
    ...(!line && killed
      ? [
          {
            at: `Pod ${podKey(pod)}`,
            observed: `killed for its memory, ${killed.restarts} restarts; no loop plugin tells`,
          },
        ]
      : []),
  ]
}

const mendKubelet: Remedy = {
  title: 'let the kubelet give pods the file with the real servers; systemd-resolved keeps one',
  commands: [
    onNode('cat /run/systemd/resolve/resolv.conf'),
    onNode(
      "cp /var/lib/kubelet/config.yaml /root/kubelet-config.before && sed -i '/^resolvConf:/d' /var/lib/kubelet/config.yaml && echo 'resolvConf: /run/systemd/resolve/resolv.conf' >> /var/lib/kubelet/config.yaml",
    ),
    onNode('systemctl restart kubelet'),
    onWorkstation('kubectl -n kube-system delete pod -l k8s-app=kube-dns   # a pod keeps the file of its creation'),
  ],
  risk: 'low',
  rollback: 'cp /root/kubelet-config.before /var/lib/kubelet/config.yaml && systemctl restart kubelet',
}

const forwardElsewhere: Remedy = {
  title: 'or name the servers in the Corefile: forward . <address of the site’s DNS server>',
  commands: [onWorkstation('kubectl -n kube-system edit configmap coredns')],
  risk: 'low',
  rollback: 'put `forward . /etc/resolv.conf` back',
}

const mendCorefile = ({ pod }: DnsLoop): Remedy => ({
  title: 'forward to a server that is not CoreDNS itself',
  commands: [onWorkstation(`kubectl -n ${quote(pod.namespace)} edit configmap coredns`)],
  risk: 'low',
  rollback: 'put the line back',
})
