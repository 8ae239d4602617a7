import type { ApiNode } from '../../cluster/nodes.ts'
import type { Service } from '../../cluster/services.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { conditionOf } from '../../model/api-node.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { podKey } from '../../model/pods.ts'
import { type Backend, backendsOf } from '../../model/service-backends.ts'

export default clusterCheck({
  code: 'SVC005',
  severity: 'warning',
  title: 'Local traffic policy without local endpoint',
  explains: [],
  cluster: ['services', 'nodes', 'endpointSlices'],
  wantsCluster: ['endpoints'],
  run: ({ cluster: { services, nodes, endpointSlices }, maybeCluster: { endpoints } }) => {
    const sources = { endpointSlices: { status: 'ok', value: endpointSlices } as const, endpoints }
    const drafts = services.flatMap(service => {
      const ready = (backendsOf(service, sources) ?? []).filter(backend => backend.ready)
      // Without any endpoint it is SVC001 or SVC002; without their nodes nothing can be told.
      if (ready.length === 0 || ready.every(({ node }) => node === null)) return []
      return policiesOf(service).flatMap(policy => {
        const without = nodes.filter(node => isUsed(node, policy) && !ready.some(({ node: at }) => at === node.name))
        return without.length > 0 ? [draft(service, { policy, ready, without, nodes })] : []
      })
    })
    return found(...drafts)
  },
})

type Policy = 'external' | 'internal'

/** A load balancer asks the health check and leaves such nodes out; node ports and external addresses have none. */
const policiesOf = (service: Service): readonly Policy[] => [
  ...(service.externalTrafficPolicy === 'Local' && isReachedByNode(service) ? (['external'] as const) : []),
  ...(service.internalTrafficPolicy === 'Local' && !service.headless ? (['internal'] as const) : []),
]

const isReachedByNode = ({ type, externalIPs, healthCheckNodePort }: Service): boolean =>
  type === 'NodePort' || externalIPs.length > 0 || (type === 'LoadBalancer' && !healthCheckNodePort)

/** Nodes that are ready; pods of a control plane node seldom use a service that is kept local. */
const isUsed = (node: ApiNode, policy: Policy): boolean =>
  conditionOf(node, 'Ready')?.status === 'True' &&
  !node.unschedulable &&
  !(policy === 'internal' && node.taints.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute')) &&
  !('node.kubernetes.io/exclude-from-external-load-balancers' in node.labels)

interface Case {
  readonly policy: Policy
  readonly ready: readonly Backend[]
  readonly without: readonly ApiNode[]
  readonly nodes: readonly ApiNode[]
}

function draft(service: Service, { policy, ready, without, nodes }: Case): Draft {
  const field = `${policy}TrafficPolicy`
  const key = `${quote(service.name)} -n ${quote(service.namespace)}`
  const set = (value: string) => `kubectl patch service ${key} -p '{"spec":{"${field}":"${value}"}}'`
  const names = without.map(({ name }) => name)
  const shown = `${names.slice(0, 4).join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''}`
  const holders = [...new Set(ready.flatMap(({ node }) => node ?? []))].sort()
  const unknown = holders.filter(name => !nodes.some(node => node.name === name))
  return {
    subject: { kind: 'Service', namespace: service.namespace, name: service.name, nodes: names },
    key: policy,
    severity: policy === 'external' ? 'warning' : 'info',
    message: `service ${podKey(service)} has ${field} Local and no endpoint on ${shown}: ${policy === 'external' ? `its node ports do not answer there` : `pods there do not reach it`}`,
    evidence: [
      { at: `Service ${podKey(service)}`, observed: `${field} Local, ${service.type}` },
      {
        at: `EndpointSlices of ${podKey(service)}`,
        observed: `${ready.length} ready endpoints on ${holders.join(', ')}${unknown.length > 0 ? `; ${unknown.join(', ')} is no node` : ''}`,
        expected: `one on each of ${shown}, or no traffic that arrives there`,
      },
    ],
    danger: 'what arrives at these nodes for the service is dropped; nothing refuses it, so clients wait',
    remedies: [
      {
        title: 'let clients use only the nodes that have an endpoint, or run a pod on each node (DaemonSet)',
        commands: [onWorkstation(`kubectl get endpointslices -l kubernetes.io/service-name=${key} -o yaml`)],
        risk: 'none',
      },
      {
        title: 'or let every node send to every endpoint; pods then see the node’s address instead of the client’s',
        commands: [onWorkstation(set('Cluster'))],
        risk: 'low',
        rollback: set('Local'),
      },
    ],
  }
}
