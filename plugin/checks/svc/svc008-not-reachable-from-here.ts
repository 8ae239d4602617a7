import type { Evidence } from '../../../shared/finding.ts'
import { contains, parseAddress, parseNetwork } from '../../../shared/ip.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import type { ApiEvent } from '../../cluster/events.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Service } from '../../cluster/services.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { ageOf, minute, podKey } from '../../model/pods.ts'
import { type Backend, backendsOf } from '../../model/service-backends.ts'

export default clusterCheck({
  code: 'SVC008',
  severity: 'warning',
  title: 'Service not reachable from here',
  explains: [],
  cluster: ['services', 'nodes'],
  wantsCluster: ['endpointSlices', 'endpoints', 'events'],
  decisive: ['endpointSlices'],
  run: ({ cluster: { services, nodes }, maybeCluster, takenAt }) =>
    found(
      ...services.flatMap(service => [
        ...pending(service, maybeCluster.events, takenAt),
        ...familyWithout(service, backendsOf(service, maybeCluster) ?? []),
        ...excludingRanges(service, nodes),
      ]),
    ),
})

/** A load balancer that nobody gave an address for ten minutes. */
function pending(service: Service, events: Reading<readonly ApiEvent[]>, takenAt: number): readonly Draft[] {
  const isOld = (ageOf(service.createdAt, takenAt) ?? 0) >= 10 * minute
  if (service.type !== 'LoadBalancer' || service.ingress.length > 0 || service.deleting || !isOld) return []
  const told = (isOk(events) ? events.value : []).findLast(
    ({ object, type }) => object.kind === 'Service' && type === 'Warning' && podKey(object) === podKey(service),
  )
  const byClass = service.loadBalancerClass ? ` of class ${service.loadBalancerClass}` : ''
  return [
    draft(service, {
      key: 'pending',
      message: `service ${podKey(service)} waits for a load balancer${byClass}, and nobody gives it an address`,
      evidence: [
        { at: `Service ${podKey(service)}`, observed: 'status.loadBalancer is empty', expected: 'an address' },
        ...(told ? [{ at: `Event of Service ${podKey(service)}`, observed: oneLine(told.message, 240) }] : []),
      ],
      danger: 'the service is not reached from outside, but by its node ports',
    }),
  ]
}

function familyWithout(service: Service, backends: readonly Backend[]): readonly Draft[] {
  const ready = backends.filter(backend => backend.ready && backend.family !== 'FQDN')
  if (service.headless || ready.length === 0) return []
  const missing = service.ipFamilies.filter(family => ready.every(backend => backend.family !== family))
  return missing.map(family =>
    draft(service, {
      key: family,
      message: `service ${podKey(service)} has an ${family} address and no ${family} endpoint: its pods have none`,
      evidence: [
        { at: `Service ${podKey(service)}`, observed: `ipFamilies ${service.ipFamilies.join(', ')}` },
        {
          at: `EndpointSlices of ${podKey(service)}`,
          observed: `${ready.length} ready endpoints, all of ${[...new Set(ready.map(backend => backend.family))].join(', ')}`,
          expected: `endpoints of ${family}`,
        },
      ],
      danger: `clients that prefer ${family} are refused`,
    }),
  )
}

/** The rules of a node hold for its own packets to the load balancer's address too. */
function excludingRanges(service: Service, nodes: readonly ApiNode[]): readonly Draft[] {
  const ranges = service.loadBalancerSourceRanges.flatMap(text => parseNetwork(text.trim()) ?? [])
  const hasAddress = service.ingress.some(({ ip, ipMode }) => ip !== null && ipMode === 'VIP')
  if (service.type !== 'LoadBalancer' || ranges.length === 0 || !hasAddress || nodes.length === 0) return []
  const isInside = nodes.some(({ addresses }) =>
    addresses.some(({ address: text }) => {
      const address = parseAddress(text)
      return address !== null && ranges.some(range => contains(range, address))
    }),
  )
  if (isInside) return []
  return [
    {
      ...draft(service, {
        key: 'ranges',
        message: `service ${podKey(service)} admits ${service.loadBalancerSourceRanges.join(', ')} only, which holds no node of this cluster`,
        evidence: [
          {
            at: `Service ${podKey(service)}`,
            observed: `loadBalancerSourceRanges ${service.loadBalancerSourceRanges.join(', ')}`,
            expected: 'a range with the nodes, if pods are to use its outer address',
          },
        ],
        danger:
          'pods and nodes that use the address of the load balancer are dropped; by its cluster address they reach it',
      }),
      severity: 'info',
    },
  ]
}

interface Told {
  readonly key: string
  readonly message: string
  readonly evidence: readonly Evidence[]
  readonly danger: string
}

const draft = (service: Service, told: Told): Draft => ({
  subject: { kind: 'Service', namespace: service.namespace, name: service.name },
  ...told,
  remedies: [
    {
      title: 'see what the service asks for, and what its events say',
      commands: [onWorkstation(`kubectl describe service -n ${quote(service.namespace)} ${quote(service.name)}`)],
      risk: 'none',
    },
  ],
})
