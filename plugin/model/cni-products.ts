import type { NetworkConfig } from '../../shared/formats/cni-config.ts'
import type { CniConfig, CniConfigFile } from '../../shared/node/cni-config.ts'
import type { Runtime } from '../../shared/node/runtime.ts'
import { isOk, mapReading, type Reading } from '../../shared/reading.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import { type ComponentId, components } from './components.ts'
import { effectiveConfig, flavourOf } from './effective-config.ts'

const productOfType: Readonly<Record<string, ComponentId>> = {
  flannel: 'flannel',
  calico: 'calico',
  'calico-ipam': 'calico',
  'cilium-cni': 'cilium',
  'weave-net': 'weave',
  'weave-ipam': 'weave',
  'aws-cni': 'aws',
  'azure-vnet': 'azure',
  'azure-cns': 'azure',
  'azure-ipam': 'azure',
  antrea: 'antrea',
  'antrea-ipam': 'antrea',
  'kube-ovn': 'kube-ovn',
  'ovn-k8s-cni-overlay': 'ovn-kubernetes',
  multus: 'multus',
  'multus-shim': 'multus',
}

/** Plugins of containernetworking/plugins, which work without a daemon. */
const referencePlugins = new Set(
  'bridge ptp macvlan ipvlan host-device vlan dummy tap loopback portmap bandwidth firewall tuning sbr vrf'.split(' '),
)

/**
 * Products that a configuration belongs to, by its plugin types, or by its name when the product uses reference
 * plugins.
 */
export function productsOf(file: CniConfigFile): ReadonlySet<ComponentId> {
  if (!isOk(file.content)) return new Set()
  const config = file.content.value
  const byType = typesOf(config).flatMap(type => productOfType[type] ?? [])
  return new Set(byType.length > 0 ? byType : byName(file.name, config))
}

interface Served {
  readonly config: CniConfig
  readonly runtime: Reading<Runtime>
  readonly node: ApiNode | undefined
}

/** Whether new pods of a node get a configuration of this product. */
export const servesPods = (product: ComponentId, { config, runtime, node }: Served): Reading<boolean> =>
  mapReading(effectiveConfig({ config, runtime, flavour: flavourOf(runtime, node) }), ({ inUse }) =>
    inUse.some(file => productsOf(file).has(product)),
  )

/** The product that a plugin belongs to; null for a reference plugin and for an unknown one. */
export const productOfPlugin = (type: string): ComponentId | null => productOfType[type] ?? null

/** Whether every plugin type is known, so that the owner of the configuration is certain. */
export const isRecognised = (file: CniConfigFile): boolean =>
  isOk(file.content) &&
  typesOf(file.content.value).every(type => type in productOfType || referencePlugins.has(type) || type === 'kubenet')

/** Plugin types of a network configuration. */
export const typesOf = ({ plugins }: NetworkConfig): readonly string[] =>
  plugins
    .flatMap(({ type, ipam }) => [type, ipam?.type ?? null])
    .flatMap(type => (type ? [type] : []))
    .filter(isMain)

/** Display name of a CNI product. */
export const nameOfProduct = (id: ComponentId): string => displayNames[id] ?? id

/** All components that are CNIs. */
export const cniComponents = components.filter(({ kind }) => kind === 'cni')

const isMain = (type: string) => type !== 'host-local' && type !== 'static' && type !== 'dhcp'

function byName(fileName: string, { name, plugins }: NetworkConfig): readonly ComponentId[] {
  if (name === 'kindnet') return ['kindnet']
  const isKubeRouter = /kube-?router/i.test(fileName) || plugins.some(({ bridge }) => bridge === 'kube-bridge')
  return isKubeRouter ? ['kube-router'] : []
}

const displayNames: Partial<Record<ComponentId, string>> = {
  flannel: 'flannel',
  calico: 'Calico',
  cilium: 'Cilium',
  weave: 'Weave Net',
  aws: 'the AWS VPC CNI',
  azure: 'Azure CNI',
  antrea: 'Antrea',
  'kube-ovn': 'Kube-OVN',
  'ovn-kubernetes': 'OVN-Kubernetes',
  multus: 'Multus',
}
