import type { Evidence } from '../../../shared/finding.ts'
import { contains, parseAddress, parseNetwork } from '../../../shared/ip.ts'
import { type Reading, valueOr } from '../../../shared/reading.ts'
import type { EndpointSlice } from '../../cluster/endpoint-slices.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { Service } from '../../cluster/services.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { isLive, podKey } from '../../model/pods.ts'
import { type Backend, backendsOf } from '../../model/service-backends.ts'
import { isKeptByHand } from '../../model/system-services.ts'

export default clusterCheck({
  code: 'SVC006',
  severity: 'warning',
  title: 'Endpoints kept by hand wrong',
  explains: [],
  cluster: ['services', 'pods', 'nodes'],
  wantsCluster: ['endpointSlices', 'endpoints'],
  decisive: ['endpointSlices', 'endpoints'],
  run: ({ cluster: { services, pods, nodes }, maybeCluster }) => {
    const scene = {
      podAddresses: new Set(pods.filter(isLive).flatMap(({ ips }) => ips)),
      podNetworks: nodes.flatMap(podNetworksOf),
      serviceAddresses: new Set(services.flatMap(({ clusterIPs }) => clusterIPs)),
    }
    const drafts = services.filter(isKeptByHand).flatMap(service => {
      const backends = backendsOf(service, maybeCluster) ?? []
      const evidence = [
        ...backends.flatMap(backend => addressFault(backend, scene)),
        ...portFaults(service, backends),
        ...(backends.length === 0 ? unlinked(service, maybeCluster.endpointSlices) : []),
      ].map(observed => ({ at: `Endpoints of ${podKey(service)}`, ...observed }))
      return evidence.length > 0 ? [draft(service, evidence)] : []
    })
    return found(...drafts)
  },
})

const podNetworksOf = ({ podCIDRs }: ApiNode) => podCIDRs.flatMap(cidr => parseNetwork(cidr) ?? [])

interface Scene {
  readonly podAddresses: ReadonlySet<Pod['ips'][number]>
  readonly podNetworks: readonly NonNullable<ReturnType<typeof parseNetwork>>[]
  readonly serviceAddresses: ReadonlySet<string>
}

type Fault = Pick<Evidence, 'observed' | 'expected'>

function addressFault(
  { address: text }: Backend,
  { podAddresses, podNetworks, serviceAddresses }: Scene,
): readonly Fault[] {
  const address = parseAddress(text)
  if (serviceAddresses.has(text))
    return [{ observed: `${text} is the address of a service`, expected: 'the address of a pod or host' }]
  if (/^(?:127\.|::1$|0\.0\.0\.0$|169\.254\.|fe80:)/i.test(text))
    return [{ observed: `${text} means another machine on each node`, expected: 'an address that all nodes reach' }]
  const isPods = address !== null && podNetworks.some(network => contains(network, address))
  return isPods && !podAddresses.has(text)
    ? [{ observed: `${text} lies in the pods’ range and no pod has it`, expected: 'the address of a live pod' }]
    : []
}

/** Ports belong together by their names. */
const portFaults = ({ ports }: Service, backends: readonly Backend[]): readonly Fault[] =>
  backends.length === 0
    ? []
    : ports
        .filter(({ name, protocol }) =>
          backends.every(backend => backend.ports.every(port => port.name !== name || port.protocol !== protocol)),
        )
        .map(({ name, port, protocol }) => ({
          observed: `no endpoint has a port ${name === '' ? 'without a name' : `named ${name}`} for ${port}/${protocol}`,
          expected: 'the same name and protocol as in the service',
        }))

const unlinked = ({ namespace, name }: Service, slices: Reading<readonly EndpointSlice[]>): readonly Fault[] =>
  valueOr(slices, [])
    .filter(slice => slice.namespace === namespace && slice.service === null)
    .filter(slice => slice.name === name || slice.name.startsWith(`${name}-`))
    .map(slice => ({
      observed: `EndpointSlice ${slice.name} lacks the label kubernetes.io/service-name`,
      expected: `kubernetes.io/service-name=${name}`,
    }))

const draft = (service: Service, evidence: readonly Evidence[]): Draft => ({
  subject: { kind: 'Service', namespace: service.namespace, name: service.name },
  message: `endpoints of service ${podKey(service)} are kept by hand and wrong: ${evidence[0]?.observed}`,
  evidence: evidence.slice(0, 5),
  danger: 'connections to the service time out or reach somebody else, all of them or by chance',
  remedies: [
    {
      title: 'correct the endpoints, or select pods by labels and let the cluster keep them',
      commands: [
        onWorkstation(`kubectl get endpointslices,endpoints -n ${quote(service.namespace)}`),
        onWorkstation(`kubectl edit endpoints -n ${quote(service.namespace)} ${quote(service.name)}`),
      ],
      risk: 'low',
      rollback: 'undo the edit in the same way',
    },
  ],
})
