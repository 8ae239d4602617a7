import type { Evidence } from '../../../shared/finding.ts'
import { isOk } from '../../../shared/reading.ts'
import type { Service } from '../../cluster/services.ts'
import { clusterCheck, type Draft, foundAmong } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { type NotReady, whyNotReady } from '../../model/not-ready.ts'
import { ageOf, minute, podKey } from '../../model/pods.ts'
import { type Backend, backendsOf, podsBehind } from '../../model/service-backends.ts'
import { isClusterDns } from '../../model/system-services.ts'

export default clusterCheck({
  code: 'SVC002',
  severity: 'error',
  title: 'No ready endpoint',
  explains: [],
  cluster: ['services', 'pods'],
  wantsCluster: ['endpointSlices', 'endpoints', 'events'],
  decisive: ['events'],
  run: ({ cluster: { services, pods }, maybeCluster: { endpointSlices, endpoints, events }, takenAt }) => {
    const drafts = services.flatMap(service => {
      // What is wrong with the cluster's own DNS is told by DNS001 and DNS005.
      if (isClusterDns(service) || service.publishNotReadyAddresses || service.deleting) return []
      const behind = podsBehind(service, pods)
      const backends = backendsOf(service, { endpointSlices, endpoints })
      if (behind.length === 0 || hasTarget(backends, behind)) return []
      const told = isOk(events) ? events.value : []
      const states = behind.filter(({ ready }) => !ready).map(pod => whyNotReady(pod, told, takenAt))
      if (states.length > 0 && states.every(({ isStarting }) => isStarting)) return []
      const isYoung = behind.every(({ createdAt }) => (ageOf(createdAt, takenAt) ?? 2 * minute) < 2 * minute)
      return [draft(service, { states, backends, pods: behind.length, isYoung })]
    })
    const isUnread = !isOk(endpointSlices) && !isOk(endpoints) && services.length > 0
    return foundAmong(drafts, isUnread ? [{ nodes: [], why: 'neither EndpointSlices nor Endpoints were read' }] : [])
  },
})

/** Where no endpoints were read, a ready pod counts as one. */
const hasTarget = (backends: readonly Backend[] | null, pods: readonly { readonly ready: boolean }[]): boolean =>
  backends ? backends.some(({ ready, serving }) => ready || serving) : pods.some(({ ready }) => ready)

interface Case {
  readonly states: readonly NotReady[]
  readonly backends: readonly Backend[] | null
  readonly pods: number
  /** All pods are younger than two minutes: they may still come. */
  readonly isYoung: boolean
}

function draft(service: Service, { states, backends, pods, isYoung }: Case): Draft {
  const [namespace, name] = [quote(service.namespace), quote(service.name)]
  const nodes = [...new Set(states.flatMap(({ pod }) => pod.node ?? []))].sort()
  const [first] = states
  return {
    subject: {
      kind: 'Service',
      namespace: service.namespace,
      name: service.name,
      ...(nodes.length > 0 ? { nodes } : {}),
    },
    severity: isYoung ? 'warning' : 'error',
    message: first
      ? `service ${podKey(service)} has no ready endpoint: ${pods === 1 ? `its pod is not ready` : `none of its ${pods} pods is ready`} (${first.why})`
      : `service ${podKey(service)} has no ready endpoint although ${pods === 1 ? 'its pod is' : `all of its ${pods} pods are`} ready`,
    evidence: [
      endpointEvidence(service, backends),
      ...states.slice(0, 3).map(({ at, why }) => ({ at, observed: why })),
    ],
    danger: 'connections to the service are refused until one of its pods is ready',
    remedies: [
      first
        ? {
            title: 'see why the pod is not ready; a readiness probe must ask a path and port that the program answers',
            commands: [
              onWorkstation(`kubectl describe pod -n ${namespace} ${quote(first.pod.name)}`),
              onWorkstation(`kubectl logs -n ${namespace} ${quote(first.pod.name)} --all-containers --tail=50`),
            ],
            risk: 'none',
          }
        : {
            title: 'see whether the controller that keeps endpoints runs',
            commands: [onWorkstation('kubectl get pods -n kube-system -l component=kube-controller-manager')],
            risk: 'none',
          },
    ],
    verify: `kubectl get endpointslices -n ${namespace} -l kubernetes.io/service-name=${name}`,
  }
}

const endpointEvidence = (service: Service, backends: readonly Backend[] | null): Evidence => ({
  at: `Service ${podKey(service)}`,
  observed: backends
    ? `${backends.length} endpoints, none of them ready`
    : 'none of the pods that it selects is ready; endpoints were not read',
  expected: 'at least one ready endpoint',
})
