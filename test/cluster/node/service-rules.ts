import { createHash } from 'node:crypto'
import { type ClusterPlan, network, type PlannedPod } from '../plan/plan.ts'
import { selected } from '../plan/service-objects.ts'

interface ServicePort {
  /** `namespace/name:port`. */
  readonly title: string
  readonly protocol: string
  readonly clusterIp: string
  readonly port: number
  /** `address:port` of each endpoint. */
  readonly endpoints: readonly string[]
}

/** The rules of kube-proxy in iptables mode, as text for iptables-restore. */
export function serviceRules(plan: ClusterPlan): string {
  const ports = servicePorts(plan)
  const chains = ports.flatMap(port => [
    chainOf('SVC', port),
    ...port.endpoints.map(endpoint => chainOf('SEP', port, endpoint)),
  ])
  return [
    ...[
      '*mangle',
      ':KUBE-IPTABLES-HINT - [0:0]',
      ':KUBE-KUBELET-CANARY - [0:0]',
      ':KUBE-PROXY-CANARY - [0:0]',
      'COMMIT',
    ],
    ...filterTable,
    '*nat',
    ...[...natChains, ...new Set(chains)].map(chain => `:${chain} - [0:0]`),
    ...natRules,
    ...ports.flatMap(rulesOf),
    `-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS`,
    'COMMIT',
    '',
  ].join('\n')
}

function servicePorts({ services, nodes }: ClusterPlan): ServicePort[] {
  const pods: readonly PlannedPod[] = nodes.flatMap(node => node.pods)
  const planned = services.flatMap(service =>
    service.ports.map(({ name, protocol, port, targetPort }) => ({
      title: `${service.namespace}/${service.name}:${name}`,
      protocol: protocol.toLowerCase(),
      clusterIp: service.clusterIp,
      port,
      endpoints: selected(service, pods).map(({ address }) => `${address}:${targetPort}`),
    })),
  )
  const api = { title: 'default/kubernetes:https', protocol: 'tcp', clusterIp: '10.96.0.1', port: 443 }
  return [...planned, { ...api, endpoints: [`${network.gateway}:6443`] }]
}

function rulesOf(service: ServicePort): string[] {
  const { title, protocol, clusterIp, port, endpoints } = service
  const own = chainOf('SVC', service)
  const match = `-d ${clusterIp}/32 -p ${protocol} -m comment --comment "${title} cluster IP" -m ${protocol} --dport ${port}`
  return [
    `-A KUBE-SERVICES ${match} -j ${own}`,
    `-A ${own} ! -s ${network.podRange} ${match} -j KUBE-MARK-MASQ`,
    ...endpoints.flatMap((endpoint, index) => {
      const chain = chainOf('SEP', service, endpoint)
      const address = endpoint.replace(/:\d+$/, '')
      return [
        `-A ${own} -m comment --comment "${title} -> ${endpoint}" ${chance(endpoints.length - index)}-j ${chain}`,
        `-A ${chain} -s ${address}/32 -m comment --comment "${title}" -j KUBE-MARK-MASQ`,
        `-A ${chain} -p ${protocol} -m comment --comment "${title}" -m ${protocol} -j DNAT --to-destination ${endpoint}`,
      ]
    }),
  ]
}

const chance = (left: number): string =>
  left > 1 ? `-m statistic --mode random --probability ${(1 / left).toFixed(10)} ` : ''

/** Chain names as kube-proxy makes them: base32 of a hash of port, protocol and endpoint. */
function chainOf(kind: 'SVC' | 'SEP', { title, protocol }: ServicePort, endpoint = ''): string {
  const bytes = createHash('sha256').update(`${title}${protocol}${endpoint}`).digest()
  const bits = [...bytes.subarray(0, 10)].map(byte => byte.toString(2).padStart(8, '0')).join('')
  const letters = bits.match(/.{5}/g)?.map(five => base32[Number.parseInt(five, 2)]) ?? []
  return `KUBE-${kind}-${letters.join('')}`
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

const filterTable = [
  '*filter',
  ...[
    'EXTERNAL-SERVICES',
    'FIREWALL',
    'FORWARD',
    'KUBELET-CANARY',
    'NODEPORTS',
    'PROXY-CANARY',
    'PROXY-FIREWALL',
    'SERVICES',
  ].map(name => `:KUBE-${name} - [0:0]`),
  '-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
  '-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS',
  '-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES',
  '-A INPUT -j KUBE-FIREWALL',
  '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
  '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
  '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES',
  '-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
  '-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  '-A OUTPUT -j KUBE-FIREWALL',
  '-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
  '-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP',
  '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT',
  '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  'COMMIT',
]

const natChains = ['KUBELET-CANARY', 'MARK-MASQ', 'NODEPORTS', 'POSTROUTING', 'PROXY-CANARY', 'SERVICES'].map(
  name => `KUBE-${name}`,
)

const natRules = [
  '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
  `-A POSTROUTING -s ${network.podRange} ! -d ${network.podRange} -j MASQUERADE`,
  '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
  '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
  '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
  '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
]
