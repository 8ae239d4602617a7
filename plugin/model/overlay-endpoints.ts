import type { CiliumNode } from '../cluster/cilium-nodes.ts'
import type { ApiNode } from '../cluster/nodes.ts'

/** An address at which a node's overlay is reached. */
export interface Endpoint {
  readonly node: string
  readonly what: string
  readonly value: string
  /** The annotation or field it is from. */
  readonly at: string
}

/** All overlay endpoints that nodes announce. */
export const overlayEndpoints = (nodes: readonly ApiNode[], cilium: readonly CiliumNode[]): readonly Endpoint[] => [
  ...nodes.flatMap(({ name, annotations }) => [
    ...Object.entries(announced).flatMap(([at, what]) => {
      const value = annotations[at]?.replace(/\/\d+$/, '')
      return value ? [{ node: name, what, value, at }] : []
    }),
    ...tunnelMac(name, annotations),
  ]),
  ...cilium.flatMap(({ name, addresses }) =>
    addresses
      .filter(({ type }) => type === 'InternalIP' || type === 'CiliumInternalIP')
      .map(({ type, ip }) => ({ node: name, what: `${type} of Cilium`, value: ip, at: 'CiliumNode spec.addresses' })),
  ),
]

const announced: Readonly<Record<string, string>> = {
  'flannel.alpha.coreos.com/public-ip': 'address of flannel',
  'flannel.alpha.coreos.com/public-ipv6': 'address of flannel',
  'projectcalico.org/IPv4Address': 'address of Calico',
  'projectcalico.org/IPv6Address': 'address of Calico',
  'projectcalico.org/IPv4IPIPTunnelAddr': 'tunnel address of Calico',
  'projectcalico.org/IPv4VXLANTunnelAddr': 'tunnel address of Calico',
  'projectcalico.org/IPv6VXLANTunnelAddr': 'tunnel address of Calico',
}

const backendData = 'flannel.alpha.coreos.com/backend-data'

/** MAC of the tunnel endpoint, from flannel's JSON annotation. */
export const vtepMac = (annotations: ApiNode['annotations']): string | null =>
  /"VtepMAC"\s*:\s*"(?<mac>[0-9a-fA-F:]{17})"/.exec(annotations[backendData] ?? '')?.groups?.mac?.toLowerCase() ?? null

function tunnelMac(node: string, annotations: ApiNode['annotations']): readonly Endpoint[] {
  const value = vtepMac(annotations)
  return value === null ? [] : [{ node, what: 'MAC of flannel’s tunnel', value, at: backendData }]
}
