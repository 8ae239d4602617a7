import type { Evidence, Remedy } from '../../../shared/finding.ts'
import { contains, parseAddress, parseNetwork } from '../../../shared/ip.ts'
import { isOk, type Reading, valueOr } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import type { ApiEvent } from '../../cluster/events.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Service } from '../../cluster/services.ts'
import { type ClusterInput, clusterCheck, type Draft, foundAmong } from '../../engine/check.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { ageOf, minute, podKey } from '../../model/pods.ts'
import { type Backend, backendsOf } from '../../model/service-backends.ts'
import { type AffinityFault, affinityFaults } from '../../model/service-rules/affinity-faults.ts'
import { restartCommand, rulesCommand, shownFrontend } from '../../model/service-rules/description.ts'
import { compareNodes, type Survey } from '../../model/service-rules/survey.ts'

export default clusterCheck({
  code: 'SVC008',
  severity: 'warning',
  title: 'Service not reachable from here',
  explains: [],
  cluster: ['services', 'nodes'],
  wants: ['iptables', 'nft', 'ipvs', 'kubeProxy', 'processes'],
  wantsCluster: ['endpointSlices', 'endpoints', 'events', 'pods', 'daemonSets'],
  decisive: ['endpointSlices', 'pods', 'daemonSets', 'kubeProxy'],
  run: input => {
    const { cluster, maybeCluster, takenAt } = input
    const { nodes, undecided } = comparedRules(input)
    const faults = affinityFaults(nodes)
    return foundAmong(
      cluster.services.flatMap(service => [
        ...pending(service, maybeCluster.events, takenAt),
        ...familyWithout(service, backendsOf(service, maybeCluster) ?? []),
        ...excludingRanges(service, cluster.nodes),
        ...keptOtherwise(service, faults.get(podKey(service)) ?? []),
      ]),
      undecided,
    )
  },
})

/** A load balancer that nobody gave an address for ten minutes. */
function pending(service: Service, events: Reading<readonly ApiEvent[]>, takenAt: number): readonly Draft[] {
  const isOld = (ageOf(service.createdAt, takenAt) ?? 0) >= 10 * minute
  if (service.type !== 'LoadBalancer' || service.ingress.length > 0 || service.deleting || !isOld) return []
  const told = valueOr(events, []).findLast(
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

type Input = ClusterInput<
  'iptables' | 'nft' | 'ipvs' | 'kubeProxy' | 'processes',
  'services' | 'nodes',
  'endpointSlices' | 'pods' | 'daemonSets'
>

/** No node where something that decides is unread: the engine tells that. */
function comparedRules({ cluster, maybeCluster, nodes, takenAt }: Input): Survey {
  const { endpointSlices, pods, daemonSets } = maybeCluster
  if (!isOk(endpointSlices) || !isOk(pods) || !isOk(daemonSets)) return { nodes: [], undecided: [] }
  const read = { endpointSlices: endpointSlices.value, pods: pods.value, daemonSets: daemonSets.value }
  return compareNodes({ cluster: { ...cluster, ...read }, nodes, takenAt })
}

/** Rules that a node has not brought up to date keep clients as the service asked before. */
function keptOtherwise(service: Service, faults: readonly AffinityFault[]): readonly Draft[] {
  const [first] = faults
  if (!first) return []
  const { type, timeout } = service.sessionAffinity
  const nodes = [...new Set(faults.map(({ node }) => node))]
  const places = nodes.length > 1 ? `${first.node} and ${nodes.length - 1} more nodes` : first.node
  return [
    {
      ...draft(service, {
        key: 'affinity',
        message: `rules of ${places} keep clients of service ${podKey(service)} otherwise than its sessionAffinity asks: ${stayOf(first.affinity?.seconds)}`,
        evidence: [
          { at: `Service ${podKey(service)}`, observed: `sessionAffinity ${type}${timeout ? `, ${timeout} s` : ''}` },
          ...faults.slice(0, 4).map(({ node, mode, frontend, affinity }) => ({
            at: `${node}: ${shownFrontend(frontend, mode)}`,
            observed: stayOf(affinity?.seconds),
            expected: stayOf(frontend.affinity ?? undefined),
          })),
        ],
        danger:
          timeout === null
            ? 'clients there stay with one pod, however many there are'
            : 'requests of one client reach several pods: what only one of them knows, as a login, is lost',
      }),
      remedies: [renewal(first, nodes)],
    },
  ]
}

/** Seconds are null where they were not read. */
function stayOf(seconds: number | null | undefined): string {
  if (seconds === undefined) return 'clients are not kept at one pod'
  return seconds === null ? 'clients stay with one pod' : `clients stay ${seconds} s with one pod`
}

const renewal = ({ mode, frontend }: AffinityFault, nodes: readonly string[]): Remedy => ({
  title: 'start kube-proxy of such a node anew: it reads everything again and writes all rules',
  commands: [onNode(rulesCommand(mode, frontend.service)), ...nodes.slice(0, 3).map(restartCommand)],
  risk: 'low',
})

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
