import { isOk, type Reading, valueOr } from '../../../shared/reading.ts'
import type { ContainerLog } from '../../cluster/component-logs.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { Service } from '../../cluster/services.ts'
import { clusterCheck, type Draft, foundAmong, notApplicable } from '../../engine/check.ts'
import { dnsPodsOf, troublesOf } from '../../model/cluster-dns.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { podKey } from '../../model/pods.ts'
import { type Backend, backendsOf } from '../../model/service-backends.ts'
import { isApiService } from '../../model/system-services.ts'

export default clusterCheck({
  code: 'SVC010',
  severity: 'error',
  title: 'Service takes an address of the cluster itself',
  explains: [
    'NOD001',
    'NOD003',
    'NOD004',
    'NOD008',
    'API003',
    'PRX011',
    'CNI007',
    'SVC002',
    'DNS001',
    'DNS002',
    'DNS009',
    'DNS017',
    'NET003',
  ],
  cluster: ['services', 'nodes'],
  wantsCluster: ['endpointSlices', 'endpoints', 'pods', 'componentLogs'],
  decisive: ['endpointSlices', 'endpoints', 'pods', 'componentLogs'],
  run: ({ cluster: { services, nodes }, maybeCluster }) => {
    const claimants = services.filter(service => !service.deleting && claimedAddresses(service).length > 0)
    if (claimants.length === 0) return notApplicable('no service has an external address')
    const api = services.find(isApiService)
    const servers = api ? backendsOf(api, maybeCluster) : []
    const owned = [
      ...ownedByApi(servers ?? []),
      ...ownedByNodes(nodes),
      ...ownedByServices(services),
      ...silentUpstreams(maybeCluster),
    ]
    const drafts = claimants.flatMap(service => {
      const leadsThere = (backendsOf(service, maybeCluster) ?? []).map(({ address }) => address)
      const taken = owned.filter(each => claims(service, each) && !leadsThere.includes(each.address))
      return taken.length > 0 ? [draft(service, taken)] : []
    })
    const { endpointSlices, endpoints } = maybeCluster
    const isUnread = servers === null || (!isOk(endpointSlices) && !isOk(endpoints))
    return foundAmong(drafts, isUnread ? [{ nodes: [], why: 'the addresses of the API servers were not read' }] : [])
  },
})

/** An address and port that the cluster itself needs. */
interface Owned {
  readonly address: string
  readonly port: number
  readonly protocol: string
  /** For a sentence. */
  readonly owner: string
}

const claimedAddresses = ({ externalIPs, ingress }: Service): readonly string[] => [
  ...externalIPs,
  ...ingress.flatMap(({ ip, ipMode }) => (ip !== null && ipMode !== 'Proxy' ? [ip] : [])),
]

const ownedByApi = (backends: readonly Backend[]): readonly Owned[] =>
  backends.flatMap(({ address, ports }) =>
    ports.flatMap(({ port, protocol }) =>
      port === null ? [] : [{ address, port, protocol, owner: 'the API server' }],
    ),
  )

/** The kubelet's port is the default one: a node that has another has its own here too. */
const ownedByNodes = (nodes: readonly ApiNode[]): readonly Owned[] =>
  nodes.flatMap(({ name, addresses }) =>
    addresses.map(({ address }) => ({ address, port: 10_250, protocol: 'TCP', owner: `the kubelet of ${name}` })),
  )

const ownedByServices = (services: readonly Service[]): readonly Owned[] =>
  services.flatMap(service =>
    service.clusterIPs.flatMap(address =>
      service.ports.map(({ port, protocol }) => ({ address, port, protocol, owner: `Service ${podKey(service)}` })),
    ),
  )

/** Servers that do not answer CoreDNS: a service with their address and port is what answers in their place. */
const silentUpstreams = ({
  pods,
  componentLogs,
}: {
  pods: Reading<readonly Pod[]>
  componentLogs: Reading<readonly ContainerLog[]>
}) =>
  dnsPodsOf(valueOr(pods, []), null)
    .flatMap(pod => troublesOf(pod, valueOr(componentLogs, [])))
    .flatMap(({ trouble }): Owned[] =>
      trouble.kind === 'upstream-silent'
        ? [{ address: trouble.upstream, port: 53, protocol: 'UDP', owner: 'the DNS server to which CoreDNS forwards' }]
        : [],
    )

const claims = (service: Service, { address, port, protocol, owner }: Owned): boolean =>
  owner !== `Service ${podKey(service)}` &&
  claimedAddresses(service).includes(address) &&
  service.ports.some(each => each.port === port && each.protocol === protocol)

function draft(service: Service, taken: readonly Owned[]): Draft {
  const [first] = taken
  const field = first && service.externalIPs.includes(first.address) ? 'externalIPs' : 'status.loadBalancer'
  return {
    subject: { kind: 'Service', namespace: service.namespace, name: service.name },
    message: `Service ${podKey(service)} claims ${first?.address} port ${first?.port}, which is ${first?.owner}`,
    evidence: taken.slice(0, 4).map(({ address, port, protocol, owner }) => ({
      at: `Service ${podKey(service)}, ${field}`,
      observed: `${address}, port ${port}/${protocol}`,
      expected: `an address that nothing else answers at: this one is ${owner}`,
    })),
    danger: 'every node leads what its pods and programs send there to the pods of this service instead',
    remedies: [
      {
        title: 'give the service another external address, or none',
        commands: [
          onWorkstation(
            `kubectl -n ${quote(service.namespace)} patch service ${quote(service.name)} --type=json -p '[{"op":"remove","path":"/spec/externalIPs"}]'`,
          ),
        ],
        risk: 'low',
        rollback: `kubectl -n ${quote(service.namespace)} patch service ${quote(service.name)} -p '${JSON.stringify({ spec: { externalIPs: service.externalIPs } })}'`,
      },
    ],
  }
}
