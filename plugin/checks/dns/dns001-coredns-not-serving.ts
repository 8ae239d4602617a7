import type { Evidence } from '../../../shared/finding.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import type { ContainerLog } from '../../cluster/component-logs.ts'
import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, found, notApplicable, passed } from '../../engine/check.ts'
import { dnsPodsOf, dnsServiceOf, dnsSubject } from '../../model/cluster-dns.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { componentOf } from '../../model/components.ts'
import { lastWords } from '../../model/daemons.ts'
import { isStarting, podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'DNS001',
  severity: 'error',
  title: 'CoreDNS not serving',
  explains: ['DNS005', 'DNS017'],
  cluster: ['pods', 'services', 'deployments'],
  wantsCluster: ['componentLogs', 'endpointSlices'],
  run: ({ cluster: { pods, services, deployments }, maybeCluster: { componentLogs, endpointSlices }, takenAt }) => {
    const service = dnsServiceOf(services)
    const own = dnsPodsOf(pods, service)
    const workload = deployments.find(
      ({ podLabels, containers, name }) =>
        componentOf({ labels: podLabels, containers, names: [name] })?.kind === 'dns',
    )
    if (own.length === 0 && !workload && service?.selector == null) {
      return notApplicable('the cluster’s DNS is not made of pods that the API shows')
    }
    const slices = isOk(endpointSlices) ? endpointSlices.value : []
    const serves = slices.some(
      slice =>
        slice.namespace === service?.namespace &&
        slice.service === service.name &&
        slice.endpoints.some(({ ready }) => ready),
    )
    if (serves || own.some(({ ready }) => ready) || own.some(pod => isStarting(pod, takenAt))) return passed
    const subject = dnsSubject(service, own)
    const namespace = quote(subject.namespace ?? '')
    const place = workload ? `deployment/${quote(workload.name)}` : 'deployment'
    const none = { at: `Deployment ${workload ? podKey(workload) : 'of DNS'}`, observed: sayNone(workload?.desired) }
    return found({
      subject,
      message: `no pod of the cluster’s DNS is ready${own.length > 0 ? ` (0 of ${own.length})` : `: ${none.observed}`}`,
      evidence: own.length > 0 ? own.slice(0, 4).map(pod => reasonOf(pod, componentLogs)) : [none],
      danger: 'no pod resolves the name of a service or of the outside',
      remedies: [
        own.length === 0 && workload?.desired === 0
          ? {
              title: 'give the deployment its replicas back, after asking who took them',
              commands: [onWorkstation(`kubectl -n ${namespace} scale ${place} --replicas=2`)],
              risk: 'low',
              rollback: `kubectl -n ${namespace} scale ${place} --replicas=0`,
            }
          : {
              title: 'read why it is not ready',
              commands: [
                onWorkstation(`kubectl -n ${namespace} describe ${place}`),
                onWorkstation(`kubectl -n ${namespace} logs ${place} --all-containers --previous --tail=50`),
              ],
              risk: 'none',
            },
      ],
    })
  },
})

const sayNone = (desired: number | undefined): string =>
  desired === 0 ? 'it is scaled to 0 replicas' : `none exists${desired === undefined ? '' : `, ${desired} are wanted`}`

function reasonOf(pod: Pod, logs: Reading<readonly ContainerLog[]>): Evidence {
  const container = pod.containers.find(({ ready, init }) => !ready && !init) ?? pod.containers[0]
  const words = container ? lastWords(logs, { pod, container: container.name }) : null
  const state = [container?.reason || container?.state || pod.phase, container?.lastReason].filter(Boolean).join(', ')
  const runs = container?.state === 'running' ? 'runs but is not ready' : state
  return {
    at: `Pod ${podKey(pod)}${pod.node === null ? '' : ` on ${pod.node}`}`,
    observed: `${runs}${container && container.restarts > 0 ? `, ${container.restarts} restarts` : ''}${words === null ? '' : `; its log: ${words}`}`,
    expected: 'ready',
  }
}
