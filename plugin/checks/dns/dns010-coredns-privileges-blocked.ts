import type { Remedy } from '../../../shared/finding.ts'
import { isOk } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import type { ContainerLog } from '../../cluster/component-logs.ts'
import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, found, notApplicable, notRun, passed } from '../../engine/check.ts'
import { coreDnsContainer, dnsPodsOf, dnsServiceOf, dnsSubject, troublesOf, whyNoLog } from '../../model/cluster-dns.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'DNS010',
  severity: 'error',
  title: 'CoreDNS may not start or open its port',
  explains: ['DNS001'],
  cluster: ['pods'],
  wantsCluster: ['services', 'componentLogs', 'nodes'],
  run: ({ cluster: { pods }, maybeCluster: { services, componentLogs, nodes } }) => {
    const service = isOk(services) ? dnsServiceOf(services.value) : null
    const own = dnsPodsOf(pods, service)
    if (own.length === 0) return notApplicable('no pod of DNS runs')
    const unready = own.filter(({ ready }) => !ready)
    const logs = isOk(componentLogs) ? componentLogs.value : []
    const refused = unready.flatMap(pod => refusalOf(pod, logs) ?? [])
    const [first] = refused
    if (!first) {
      const why = unready.length > 0 ? whyNoLog(unready, logs) : null
      return why === null ? passed : notRun(why)
    }
    const runtime = isOk(nodes) ? nodes.value.find(({ name }) => name === first.pod.node)?.runtimeVersion : undefined
    return found({
      subject: dnsSubject(
        service,
        refused.map(({ pod }) => pod),
      ),
      message:
        first.kind === 'port-denied'
          ? 'CoreDNS may not open port 53: it is not root, and the runtime neither gives it the capability nor opens low ports'
          : 'the kernel refuses to start CoreDNS: privileges may not grow, and the runtime needs that',
      evidence: [
        ...refused.slice(0, 2).map(({ pod, text }) => ({ at: `Pod ${podKey(pod)}, log`, observed: text })),
        { at: `Pod ${podKey(first.pod)}, securityContext`, observed: securityOf(first.pod) },
        ...(runtime ? [{ at: `Node ${first.pod.node}`, observed: `runtime ${runtime}` }] : []),
      ],
      danger: 'CoreDNS ends at its start: no name is resolved',
      remedies:
        first.kind === 'port-denied' ? [listenHigh(first.pod), updateRuntime] : [updateRuntime, allowGrowth(first.pod)],
    })
  },
})

interface Refusal {
  readonly pod: Pod
  readonly kind: 'port-denied' | 'exec-denied'
  readonly text: string
}

/** From the log, or from the runtime's reason for the container's end. */
function refusalOf(pod: Pod, logs: readonly ContainerLog[]): Refusal | null {
  const line = troublesOf(pod, logs).findLast(({ trouble }) => trouble.kind.endsWith('-denied'))
  if (line?.trouble.kind === 'port-denied' || line?.trouble.kind === 'exec-denied') {
    return { pod, kind: line.trouble.kind, text: line.text }
  }
  const messages = pod.containers.flatMap(({ message, lastMessage }) => [message, lastMessage])
  const text = messages.find(each =>
    /exec user process caused.*(?:operation not permitted|permission denied)/.test(each),
  )
  return text === undefined ? null : { pod, kind: 'exec-denied', text: oneLine(text, 300) }
}

function securityOf(pod: Pod): string {
  const spec = coreDnsContainer(pod) ?? pod.specs[0]
  const capabilities = [
    ...(spec?.addedCapabilities ?? []).map(name => `+${name}`),
    ...(spec?.droppedCapabilities ?? []).map(name => `-${name}`),
  ]
  return `allowPrivilegeEscalation ${spec?.allowPrivilegeEscalation ?? 'unset'}, user ${spec?.runAsUser ?? 'of the image'}, capabilities ${capabilities.join(' ') || 'of the runtime'}`
}

const listenHigh = ({ namespace }: Pod): Remedy => ({
  title: 'let pods open low ports without root: the sysctl is safe and namespaced',
  commands: [
    onWorkstation(
      `kubectl -n ${quote(namespace)} patch deployment coredns -p '{"spec":{"template":{"spec":{"securityContext":{"sysctls":[{"name":"net.ipv4.ip_unprivileged_port_start","value":"53"}]}}}}}'`,
    ),
  ],
  risk: 'low',
  rollback: `kubectl -n ${quote(namespace)} rollout undo deployment coredns`,
})

const updateRuntime: Remedy = {
  title: 'update the runtime: newer ones set ip_unprivileged_port_start to 0 and keep privileges with SELinux',
  commands: [onNode('containerd --version 2>/dev/null; docker --version 2>/dev/null; getenforce 2>/dev/null')],
  risk: 'none',
}

const allowGrowth = ({ namespace }: Pod): Remedy => ({
  title: 'until then allow privileges to grow',
  commands: [
    onWorkstation(
      `kubectl -n ${quote(namespace)} patch deployment coredns -p '{"spec":{"template":{"spec":{"containers":[{"name":"coredns","securityContext":{"allowPrivilegeEscalation":true}}]}}}}'`,
    ),
  ],
  risk: 'low',
  rollback: `kubectl -n ${quote(namespace)} rollout undo deployment coredns`,
})
