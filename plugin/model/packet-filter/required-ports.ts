import type { CniConfigFile } from '../../../shared/node/cni-config.ts'
import type { Overlays } from '../../../shared/node/overlays.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import type { EndpointSlice } from '../../cluster/endpoint-slices.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { productsOf } from '../cni-products.ts'
import type { ComponentId } from '../components.ts'
import type { Purpose } from './journeys.ts'

/** A port of the node that other nodes need. */
export interface RequiredPort {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  /** What listens there: `the kubelet`. */
  readonly text: string
  readonly purpose: Purpose
  /** Names of programs that may listen there; null when the kernel does. */
  readonly listeners: RegExp | null
}

interface Sources {
  readonly overlays: Reading<Overlays>
  /** Configurations in use. */
  readonly configs: readonly CniConfigFile[]
  readonly slices: readonly EndpointSlice[]
  readonly node: ApiNode | undefined
}

/** Ports that other nodes need on a node: kubelet, overlays, the CNI's own, the API server. */
export const requiredPorts = ({ overlays, configs, slices, node }: Sources): readonly RequiredPort[] => [
  {
    protocol: 'tcp',
    port: 10_250,
    text: 'the kubelet',
    purpose: 'kubelet',
    listeners: /kubelet|kubelite|hyperkube|^k3s|^rke2|^k0s/,
  },
  ...(isOk(overlays) ? overlays.value.overlays.flatMap(overlayPort) : []),
  ...[...new Set(configs.flatMap(file => [...productsOf(file)]))].flatMap(product => productPorts[product] ?? []),
  ...apiPorts(slices, node),
]

/** The port of an overlay between machines; an unread port is not guessed. */
function overlayPort({ name, kind, port }: Overlays['overlays'][number]): readonly RequiredPort[] {
  const known = port ?? (kind === 'wireguard' ? 51_820 : null)
  if (!['vxlan', 'geneve', 'wireguard'].includes(kind) || known === null) return []
  return [{ protocol: 'udp', port: known, text: `the overlay ${name}`, purpose: 'overlay', listeners: null }]
}

const productPorts: Readonly<Partial<Record<ComponentId, readonly RequiredPort[]>>> = {
  weave: [
    { protocol: 'tcp', port: 6783, text: 'Weave Net', purpose: 'overlay', listeners: /weave/ },
    { protocol: 'udp', port: 6784, text: 'Weave Net’s fast datapath', purpose: 'optional', listeners: null },
  ],
  calico: [
    {
      protocol: 'tcp',
      port: 179,
      text: 'Calico’s BGP',
      purpose: 'optional',
      listeners: /bird|calico|gobgp|bgp|frr|speaker/,
    },
  ],
  cilium: [{ protocol: 'tcp', port: 4240, text: 'Cilium’s health checks', purpose: 'optional', listeners: /cilium/ }],
}

/** The API server's port, if it runs on this node. */
function apiPorts(slices: readonly EndpointSlice[], node: ApiNode | undefined): readonly RequiredPort[] {
  const own = new Set(node?.addresses.map(({ address }) => address) ?? [])
  const slice = slices.find(
    ({ namespace, service, endpoints }) =>
      namespace === 'default' &&
      service === 'kubernetes' &&
      endpoints.some(({ addresses }) => addresses.some(address => own.has(address))),
  )
  const port = slice?.ports[0]?.port
  return port
    ? [
        {
          protocol: 'tcp',
          port,
          text: 'the API server',
          purpose: 'api',
          listeners: /apiserver|^k3s|^rke2|kubelite|^k0s|haproxy|nginx|envoy|kube-vip/,
        },
      ]
    : []
}
