import type { ApiNode } from '../../cluster/nodes.ts'
import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, type Draft, found, notRun, passed } from '../../engine/check.ts'
import { onNode, onWorkstation } from '../../model/command.ts'
import { isLive } from '../../model/pods.ts'
import { type Backend, backendsOf } from '../../model/service-backends.ts'
import { isApiService } from '../../model/system-services.ts'

export default clusterCheck({
  code: 'SVC007',
  severity: 'error',
  title: 'API service leads to no API server',
  explains: ['API003'],
  cluster: ['services', 'pods', 'nodes'],
  wantsCluster: ['endpointSlices', 'endpoints'],
  run: ({ cluster: { services, pods, nodes }, maybeCluster }) => {
    const service = services.find(isApiService)
    if (!service) return services.length > 0 ? found(draft('is absent', [], false)) : passed
    const backends = backendsOf(service, maybeCluster)
    if (!backends) return notRun('neither EndpointSlices nor Endpoints were read')
    if (backends.every(({ ready }) => !ready)) return found(draft('has no endpoint', backends, false))
    const servers = pods.filter(isApiServer)
    const isOfNode = ({ address }: Backend) => nodes.some(node => hasAddress(node, address))
    // Where API servers run elsewhere, as with most providers, nobody can tell their addresses.
    if (servers.length === 0 && !backends.some(isOfNode)) return passed
    const foreign = backends.filter(each =>
      servers.length > 0 ? !isOfServer(each.address, servers, nodes) : !isOfNode(each),
    )
    if (foreign.length === 0) return passed
    const names = foreign.map(({ address }) => address).join(', ')
    return found(draft(`leads to ${names}, where no API server runs`, backends, !foreign.some(isOfNode)))
  },
})

const isApiServer = (pod: Pod): boolean =>
  isLive(pod) &&
  pod.hostNetwork &&
  (pod.labels.component === 'kube-apiserver' || pod.name.startsWith('kube-apiserver-'))

/** Its own address, or any of its node: a server may announce another card than the kubelet does. */
const isOfServer = (address: string, servers: readonly Pod[], nodes: readonly ApiNode[]): boolean =>
  servers.some(
    ({ ips, node }) => ips.includes(address) || nodes.some(each => each.name === node && hasAddress(each, address)),
  )

const hasAddress = ({ addresses }: ApiNode, text: string): boolean => addresses.some(({ address }) => address === text)

/** An address that is no node's may be one that the API servers announce on a card nobody knows of. */
const draft = (what: string, backends: readonly Backend[], isUnsure: boolean): Draft => ({
  subject: { kind: 'Service', namespace: 'default', name: 'kubernetes' },
  severity: isUnsure ? 'warning' : 'error',
  confidence: isUnsure ? 'likely' : 'certain',
  message: `the service of the API server, default/kubernetes, ${what}`,
  evidence: [
    {
      at: 'EndpointSlices of default/kubernetes',
      observed: backends.length > 0 ? backends.map(({ address }) => address).join(', ') : 'none',
      expected: 'the addresses of all API servers, and no others',
    },
  ],
  danger: 'pods that ask the API server through its service are refused or time out, always or by chance',
  remedies: [
    {
      title: 'API servers keep this service themselves: see what they announce, and restart one that announces wrongly',
      commands: [
        onWorkstation('kubectl get endpointslices -n default -l kubernetes.io/service-name=kubernetes -o yaml'),
        onNode(
          "grep -e '--advertise-address' -e '--endpoint-reconciler-type' /etc/kubernetes/manifests/kube-apiserver.yaml",
        ),
      ],
      risk: 'none',
    },
  ],
})
