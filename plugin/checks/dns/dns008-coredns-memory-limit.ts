import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, type Draft, found, notApplicable } from '../../engine/check.ts'
import { coreDnsContainer, dnsPodsOf, dnsServiceOf, dnsSubject } from '../../model/cluster-dns.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { dnsLoops, isOutOfMemory } from '../../model/dns-loop.ts'
import { ageOf, hour, podKey } from '../../model/pods.ts'
import { bytesOf } from '../../model/quantity.ts'

export default clusterCheck({
  code: 'DNS008',
  severity: 'warning',
  title: 'Memory limit of CoreDNS too low',
  explains: ['DNS001'],
  wants: ['kubelet', 'resolvConf', 'podNamespaces'],
  cluster: ['pods', 'services'],
  wantsCluster: ['componentLogs', 'configMaps', 'kubeletConfigs'],
  run: ({
    cluster: { pods, services },
    maybeCluster: { componentLogs, configMaps, kubeletConfigs },
    nodes,
    takenAt,
  }) => {
    const service = dnsServiceOf(services)
    const own = dnsPodsOf(pods, service)
    if (own.length === 0) return notApplicable('no pod of DNS runs')
    const loops = dnsLoops(own, { service, logs: componentLogs, configMaps, kubeletConfigs, nodes })
    const looping = loops.filter(({ kind }) => kind === 'told' || kind === 'eaten').map(({ pod }) => pod)
    const killed = own.filter(pod => wasKilled(pod, takenAt) && !looping.includes(pod))
    const needed = 1e6 * ((pods.length + services.length) / 1000 + 54)
    const tight = own.filter(pod => (limitOf(pod) ?? Number.POSITIVE_INFINITY) < needed && coreDnsContainer(pod))
    const hit = killed.length > 0 ? killed : tight
    return hit.length === 0
      ? found()
      : found({ ...draft(hit, needed, killed.length > 0), subject: dnsSubject(service, hit) })
  },
})

/** Killed within the last hour, or waiting for its next start since. */
const wasKilled = ({ containers, ready }: Pod, takenAt: number): boolean =>
  containers.some(
    container => isOutOfMemory(container) && (!ready || (ageOf(container.lastFinishedAt, takenAt) ?? hour + 1) <= hour),
  )

const limitOf = (pod: Pod): number | null => bytesOf((coreDnsContainer(pod) ?? pod.specs[0])?.memoryLimit ?? null)

function draft(pods: readonly Pod[], needed: number, isKilled: boolean): Draft {
  const [first] = pods
  const container = (first && coreDnsContainer(first)?.name) ?? 'coredns'
  const limit = (first && (coreDnsContainer(first) ?? first.specs[0])?.memoryLimit) ?? 'none'
  const wanted = `${Math.max(170, Math.ceil((2 * needed) / 2 ** 20))}Mi`
  const set = (memory: string) =>
    `kubectl -n ${quote(first?.namespace ?? '')} set resources deployment coredns -c ${quote(container)} --limits=memory=${quote(memory)}`
  return {
    message: isKilled
      ? `${pods.length} pods of DNS were killed for their memory; the limit is ${limit}`
      : `the memory limit of CoreDNS, ${limit}, is less than a cluster of this size takes`,
    confidence: isKilled ? 'certain' : 'likely',
    evidence: [
      ...(isKilled
        ? pods.slice(0, 3).map(pod => ({
            at: `Pod ${podKey(pod)}`,
            observed: `OOMKilled, ${pod.containers.reduce((sum, { restarts }) => sum + restarts, 0)} restarts`,
          }))
        : []),
      {
        at: `Pod ${first ? podKey(first) : ''}, resources.limits.memory`,
        observed: limit,
        expected: `more than ${Math.ceil(needed / 1e6)} MB, (pods + services) / 1000 + 54`,
      },
    ],
    danger: 'each time it is killed, names are not resolved until it has listed the cluster again',
    remedies: [
      {
        title: 'raise the limit, and look for who asks so much',
        commands: [onWorkstation(set(wanted))],
        risk: 'low',
        rollback: set(limit),
      },
    ],
  }
}
