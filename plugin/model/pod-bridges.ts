import { contains, parseAddress, parseNetwork } from '../../shared/ip.ts'
import type { Bridges } from '../../shared/node/bridges.ts'
import type { CniConfigFile } from '../../shared/node/cni-config.ts'
import type { Links } from '../../shared/node/links.ts'
import { isOk, type Reading } from '../../shared/reading.ts'

export type Bridge = Bridges['bridges'][number]

interface Sources {
  readonly bridges: Bridges
  readonly links: Reading<Links>
  /** Configurations in use; empty when unknown. */
  readonly configs: readonly CniConfigFile[]
  /** Addresses of the node's pods. */
  readonly podAddresses: readonly string[]
}

/** Bridges with pods of this node, each with only the pods' ports; other bridges are left out. */
export function podBridges({ bridges, links, configs, podAddresses }: Sources): readonly Bridge[] {
  const names = new Set([...wellKnown, ...configs.flatMap(bridgeNames)])
  const veths = isOk(links) ? new Map(links.value.links.map(({ name, kind }) => [name, kind])) : new Map()
  return bridges.bridges
    .filter(({ name }) => names.has(name) || holdsPods(name, links, podAddresses))
    .map(bridge => ({ ...bridge, ports: bridge.ports.filter(({ name }) => isPodPort(name, veths.get(name) ?? null)) }))
    .filter(({ ports }) => ports.length > 0)
}

/** Whether the configuration in use attaches pods to a bridge; null when it is unknown. */
export function isBridged(configs: readonly CniConfigFile[]): boolean | null {
  if (configs.length === 0) return null
  return configs.some(file => bridgeNames(file).length > 0)
}

/** Weave's `weave`, kubenet's `cbr0`, kube-router's `kube-bridge`; `cni0` is the bridge plugin's own default. */
const wellKnown = ['cni0', 'cbr0', 'weave', 'kube-bridge']

/** Names of the bridges that a configuration makes. */
export function bridgeNames({ content }: CniConfigFile): readonly string[] {
  if (!isOk(content)) return []
  return content.value.plugins.flatMap(({ type, bridge, delegates }) => {
    if (type === 'bridge') return [bridge ?? 'cni0']
    if (type === 'weave-net') return ['weave']
    if (type === 'kubenet') return ['cbr0']
    const isPlain = delegates.every(delegate => delegate.type === null || delegate.type === 'bridge')
    return type === 'flannel' && isPlain ? [bridge ?? 'cni0'] : []
  })
}

function holdsPods(bridge: string, links: Reading<Links>, podAddresses: readonly string[]): boolean {
  const link = isOk(links) ? links.value.links.find(({ name }) => name === bridge) : undefined
  const networks = (link?.addresses ?? []).flatMap(address => parseNetwork(address) ?? [])
  const pods = podAddresses.flatMap(address => parseAddress(address) ?? [])
  return networks.some(network => pods.some(pod => contains(network, pod)))
}

/** Weave joins its bridge to its datapath by a veth pair that belongs to no pod. */
const isPodPort = (name: string, kind: string | null) =>
  !/^vethwe-(?:bridge|datapath)/.test(name) && (kind === null ? name.startsWith('veth') : kind === 'veth')
