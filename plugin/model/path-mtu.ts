import type { Link, Links } from '../../shared/node/links.ts'
import type { Overlays } from '../../shared/node/overlays.ts'
import type { Routes } from '../../shared/node/routes.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import { holdsAddressOf } from './node-paths.ts'

/** MTUs of a node in bytes. */
export interface NodeMtu {
  readonly node: string
  /** The device with the node's own address. */
  readonly uplink: { readonly name: string; readonly mtu: number }
  /** The largest MTU of pod devices on the host's side; null without pods. */
  readonly pods: { readonly name: string; readonly mtu: number } | null
  /** The overlay to other nodes; null when packets are not encapsulated. */
  readonly overlay: { readonly name: string; readonly mtu: number; readonly overhead: number } | null
  /** Whether the overlay fits packets to the MTU itself. */
  readonly adapts: boolean
}

interface Sources {
  readonly node: ApiNode
  readonly links: Links
  readonly routes: Routes
  readonly overlays: Overlays | null
}

/** Determines the MTUs; null when the uplink is unknown. */
export function mtuOf({ node, links, routes, overlays }: Sources): NodeMtu | null {
  const uplink = links.links.find(link => link.mtu !== null && holdsAddressOf(link, node))
  if (!uplink || uplink.mtu === null) return null
  const used = new Set(
    routes.routes.flatMap(({ device, type }) => (type === 'unicast' && device !== null ? [device] : [])),
  )
  const kinds = new Map(overlays?.overlays.map(({ name, kind }) => [name, kind]))
  const candidates = links.links.filter(({ name }) => used.has(name) && name !== uplink.name)
  return {
    node: node.name,
    uplink: { name: uplink.name, mtu: uplink.mtu },
    pods: largest(links.links.filter(link => isPodEnd(link) && link.name !== uplink.name)),
    overlay: candidates.flatMap(link => toOverlay(link, kinds.get(link.name) ?? link.kind))[0] ?? null,
    adapts: links.links.some(({ name }) => adapting.test(name)),
  }
}

/**
 * Overhead of each kind of overlay in bytes, on IPv4. Source: flannel pkg/backend/vxlan, Calico felix/dataplane/linux;
 * Weave Net's fast datapath is VXLAN too.
 */
const overheads: Readonly<Record<string, number>> = { vxlan: 50, geneve: 50, ipip: 20, wireguard: 60, gre: 24 }

/** Cilium keeps full-size devices and sets the MTU on routes; OVN and Antrea fit packets themselves. */
const adapting = /^(?:cilium_|ovn-|antrea-)/
const overlayNames = /^(?:flannel|vxlan\.calico|vxlan-v6\.calico|tunl0|wireguard\.cali|weave$|kube-ipvs-|kilo)/

function toOverlay({ name, mtu }: Link, kind: string | null) {
  if (mtu === null || mtu > 65_000 || !overlayNames.test(name)) return []
  const overhead = overheads[name === 'weave' ? 'vxlan' : (kind ?? '')]
  return overhead === undefined ? [] : [{ name, mtu, overhead }]
}

/** The ends of pods' links on the host. */
const isPodEnd = ({ name, kind }: Link): boolean =>
  (kind === 'veth' || kind === null) && /^(?:veth(?!we-)|cali|lxc|eni|azv|gke|nic)/.test(name)

function largest(list: readonly Link[]): NodeMtu['pods'] {
  const known = list.flatMap(({ name, mtu }) => (mtu === null ? [] : [{ name, mtu }]))
  return known.sort((a, b) => b.mtu - a.mtu)[0] ?? null
}
