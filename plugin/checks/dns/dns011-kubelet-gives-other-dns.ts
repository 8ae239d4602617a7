import type { Kubelet } from '../../../shared/node/kubelet.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import type { DaemonSet } from '../../cluster/daemon-sets.ts'
import type { KubeletConfig } from '../../cluster/kubelet-configs.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Service } from '../../cluster/services.ts'
import { clusterCheck, type Draft, foundAmong, notApplicable } from '../../engine/check.ts'
import { dnsServiceOf } from '../../model/cluster-dns.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { isLinkLocal, nodeLocalDns } from '../../model/node-local-dns.ts'
import { podKey } from '../../model/pods.ts'
import { servedDomains } from '../../model/served-domains.ts'

export default clusterCheck({
  code: 'DNS011',
  severity: 'error',
  title: 'Kubelet gives pods another DNS address',
  explains: ['DNS017'],
  wants: ['kubelet', 'podNamespaces'],
  cluster: ['services', 'nodes'],
  wantsCluster: ['kubeletConfigs', 'daemonSets', 'pods', 'configMaps'],
  decisive: ['daemonSets', 'pods', 'configMaps'],
  run: ({ cluster, maybeCluster: { kubeletConfigs, daemonSets, pods, configMaps }, nodes }) => {
    const service = dnsServiceOf(cluster.services)
    if (!service || service.clusterIPs.length === 0) return notApplicable('the cluster’s DNS has no service address')
    const configs = new Map(isOk(kubeletConfigs) ? kubeletConfigs.value.map(each => [each.node, each.config]) : [])
    const told = cluster.nodes
      .filter(({ os }) => os === 'linux')
      .map(node => ({ node, ...toldBy(nodes.get(node.name)?.kubelet, configs.get(node.name)) }))
    const drafts = told.flatMap(({ node, addresses, place }) => {
      const wrong = addresses?.filter(each => !isServed(each, { node, services: cluster.services, daemonSets })) ?? []
      return wrong.length === 0 ? [] : [draft({ node: node.name, place, addresses: wrong, service })]
    })
    const served = servedDomains(service, pods, configMaps)
    const strangers = told.flatMap(({ node, domain, place }) =>
      served && domain && !served.mentions(domain) ? [{ node: node.name, place, domain, served: served.domains }] : [],
    )
    const isEverywhere = strangers.length > 1 && strangers.length === told.length
    const unread = told.filter(({ addresses }) => addresses === null).map(({ node }) => node.name)
    return foundAmong(
      [...drafts, ...(isEverywhere ? [corefileDraft(strangers, service)] : strangers.map(domainDraft))],
      unread.length > 0 ? [{ nodes: unread, why: 'the settings of the kubelet were not read' }] : [],
    )
  },
})

interface Told {
  readonly addresses: readonly string[] | null
  readonly domain: string | null
  /** A path on the node, or a description. */
  readonly place: string
}

/** The DNS addresses that a kubelet configures in pods; null when unknown. */
function toldBy(kubelet: Reading<Kubelet> | undefined, configz: Reading<KubeletConfig> | undefined): Told {
  if (configz && isOk(configz)) {
    const { clusterDNS, clusterDomain } = configz.value
    return { addresses: clusterDNS, domain: bare(clusterDomain), place: 'configz of the kubelet' }
  }
  const settings = kubelet && isOk(kubelet) ? kubelet.value.config : null
  if (!kubelet || !isOk(kubelet) || !settings || !isOk(settings)) return { addresses: null, domain: null, place: '' }
  const { clusterDNS, clusterDomain } = settings.value
  return {
    addresses: clusterDNS.length > 0 ? clusterDNS : null,
    domain: bare(clusterDomain ?? ''),
    place: kubelet.value.configPath ?? 'flags of the kubelet',
  }
}

const bare = (domain: string): string | null => domain.replace(/\.$/, '') || null

/**
 * Whether the address is the DNS service, another service with port 53, the node's cache, or a server on the node
 * itself.
 */
function isServed(
  address: string,
  {
    node,
    services,
    daemonSets,
  }: { node: ApiNode; services: readonly Service[]; daemonSets: Reading<readonly DaemonSet[]> },
): boolean {
  if (services.some(({ clusterIPs, ports }) => clusterIPs.includes(address) && ports.some(({ port }) => port === 53)))
    return true
  if (node.addresses.some(own => own.address === address)) return true
  if (!isOk(daemonSets)) return isLinkLocal(address)
  const cache = nodeLocalDns(daemonSets.value)
  return cache !== null && (cache.addresses.includes(address) || isLinkLocal(address))
}

interface Place {
  readonly node: string
  readonly place: string
}

const whereIs = ({ node, place }: Place, key: string): string =>
  `${node}:${place.startsWith('/') ? '' : ' '}${place}, ${key}`

interface Case extends Place {
  readonly addresses: readonly string[]
  readonly service: Service
}

function draft({ node, place, addresses, service }: Case): Draft {
  const wanted = service.clusterIPs[0] ?? ''
  return {
    subject: { kind: 'Node', name: node },
    message: `the kubelet of ${node} gives pods ${addresses.join(', ')} as DNS server; ${podKey(service)} has ${service.clusterIPs.join(', ')}`,
    evidence: [
      {
        at: whereIs({ node, place }, 'clusterDNS'),
        observed: addresses.join(', '),
        expected: service.clusterIPs.join(', '),
      },
    ],
    danger: 'pods that are made on this node from now on resolve nothing; those made before work on, which hides it',
    remedies: [
      {
        title: 'set clusterDNS to the address of the service, restart the kubelet, and make the pods of this node anew',
        commands: [
          onNode('cp /var/lib/kubelet/config.yaml /root/kubelet-config.before'),
          onNode(
            `sed -i ${quote(`s/${(addresses[0] ?? '').replaceAll('.', '\\.')}/${wanted}/`)} /var/lib/kubelet/config.yaml`,
          ),
          onNode('systemctl restart kubelet'),
        ],
        risk: 'low',
        rollback: 'cp /root/kubelet-config.before /var/lib/kubelet/config.yaml && systemctl restart kubelet',
      },
    ],
  }
}

interface DomainCase extends Place {
  readonly domain: string
  readonly served: readonly string[]
}

const domainDraft = ({ node, place, domain, served }: DomainCase): Draft => ({
  subject: { kind: 'Node', name: node },
  key: 'domain',
  message: `the kubelet of ${node} tells pods to search ${domain}; the cluster’s DNS serves ${served.join(', ')}`,
  evidence: [
    { at: whereIs({ node, place }, 'clusterDomain'), observed: domain, expected: served.join(' or ') },
    { at: 'the Corefile of CoreDNS', observed: `plugin kubernetes serves ${served.join(', ')}` },
  ],
  danger: 'pods that are made on this node from now on find no service by its short name, as web.shop',
  remedies: [
    {
      title: 'set clusterDomain, restart the kubelet, and make the pods of this node anew',
      commands: [
        onNode('cp /var/lib/kubelet/config.yaml /root/kubelet-config.before'),
        onNode(`sed -i ${quote(`s/^clusterDomain:.*/clusterDomain: ${served[0]}/`)} /var/lib/kubelet/config.yaml`),
        onNode('systemctl restart kubelet'),
      ],
      risk: 'low',
      rollback: 'cp /root/kubelet-config.before /var/lib/kubelet/config.yaml && systemctl restart kubelet',
    },
  ],
})

/** Where all kubelets disagree with the DNS, it is the DNS that was changed. */
function corefileDraft(cases: readonly DomainCase[], service: Service): Draft {
  const [first] = cases
  const served = first?.served.join(', ') ?? ''
  return {
    subject: { kind: 'Service', namespace: service.namespace, name: service.name },
    key: 'domain',
    message: `the Corefile of CoreDNS serves ${served}, and the kubelets of all ${cases.length} nodes tell pods to search ${first?.domain}`,
    evidence: [
      {
        at: 'the Corefile of CoreDNS',
        observed: `plugin kubernetes serves ${served}`,
        expected: `plugin kubernetes serves ${first?.domain}`,
      },
      ...cases.slice(0, 3).map(each => ({
        at: whereIs(each, 'clusterDomain'),
        observed: each.domain,
        expected: each.served.join(' or '),
      })),
    ],
    danger: 'pods find no service, neither by its short name nor by its full one',
    remedies: [
      {
        title: `let plugin kubernetes serve ${first?.domain} again; CoreDNS reads the file within two minutes`,
        commands: [
          onWorkstation('kubectl -n kube-system get configmap coredns -o yaml > corefile.before.yaml'),
          onWorkstation('kubectl -n kube-system edit configmap coredns'),
          onWorkstation('kubectl -n kube-system rollout restart deployment coredns'),
        ],
        risk: 'low',
        rollback: 'kubectl replace -f corefile.before.yaml',
      },
    ],
  }
}
