import type { ProbeTarget } from '../../shared/protocol/probes.ts'
import { probeLimits } from '../../shared/protocol/probes.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { EndpointSlice } from '../cluster/endpoint-slices.ts'
import type { KubeletConfig } from '../cluster/kubelet-configs.ts'
import type { NetworkPolicy } from '../cluster/network-policies.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Service } from '../cluster/services.ts'
import { isSilent } from './api-node.ts'
import { dnsServiceOf } from './cluster-dns.ts'
import { podKey } from './pods.ts'
import { type PodsByNode, placesOfDns, sizeTargets } from './size-probes.ts'

/** The state from which targets are chosen. */
export interface ProbeScene {
  readonly nodes: readonly ApiNode[]
  readonly pods: readonly Pod[]
  readonly services: readonly Service[]
  readonly endpointSlices: readonly EndpointSlice[]
  readonly networkPolicies: readonly NetworkPolicy[]
  readonly kubeletConfigs: readonly { readonly config: Reading<KubeletConfig> }[]
  readonly outside: readonly OutsideTarget[]
}

/** What the user wants to have asked of the world outside: a name of DNS, or an address with a port. */
export type OutsideTarget = { readonly name: string } | { readonly address: string; readonly port: number }

/** Limits per node: other nodes, pods, endpoints, and candidates examined. */
const most = { nodes: 16, pods: 8, endpoints: 3, looked: 64 } as const
const kubeletPort = 10_250

/**
 * What the agents shall ask, by node: each the next nodes in the list, so that in a large cluster each is asked by some.
 */
export function planProbes(scene: ProbeScene): ReadonlyMap<string, readonly ProbeTarget[]> {
  const ready = scene.nodes.filter(node => node.os === 'linux' && !isSilent(node) && !node.deleting)
  const free = freePods(scene)
  const services = serviceTargets(scene)
  const dnsPods = placesOfDns(scene, free)
  const [domain] = clusterDomainsOf(scene.kubeletConfigs)
  return new Map(
    ready.map(({ name }, at) => {
      const others = [...ready.slice(at + 1, at + 1 + most.looked), ...ready.slice(0, Math.min(at, most.looked))]
      const pod = sourceAmong(free.get(name) ?? [])
      const fromPod = pod === null ? [] : [...podTargets(free, others), ...services].map(target => ({ ...target, pod }))
      const sizes = domain === undefined ? [] : sizeTargets(dnsPods, { node: name, at, pod, domain })
      const targets = [
        ...others.slice(0, most.nodes).flatMap(nodeTarget),
        ...fromPod,
        ...sizes,
        ...outsideTargets(scene, pod),
      ]
      return [name, targets.slice(0, probeLimits.targets)]
    }),
  )
}

const tcp = { kind: 'tcp', pod: null, node: null } as const

function nodeTarget({ name, addresses }: ApiNode): ProbeTarget[] {
  const address = addresses.find(({ type }) => type === 'InternalIP')?.address
  return address === undefined ? [] : [{ ...tcp, purpose: 'node', node: name, label: name, address, port: kubeletPort }]
}

/** Policies may forbid probes, so only pods in namespaces without policies probe and are probed. */
function freePods({ pods, networkPolicies }: ProbeScene): PodsByNode {
  const ruled = new Set(networkPolicies.map(({ namespace }) => namespace))
  const free = new Map<string, Pod[]>()
  for (const pod of pods) {
    const { namespace, node, hostNetwork, ready, deleting, ips } = pod
    if (node === null || !ready || deleting || hostNetwork || ips.length === 0 || ruled.has(namespace)) continue
    const known = free.get(node)
    if (known) known.push(pod)
    else free.set(node, [pod])
  }
  return free
}

/** The uid of the pod out of which a node asks: the first by name. The kubelet knows a mirror pod by its own. */
function sourceAmong(pods: readonly Pod[]): string | null {
  const [first] = pods
    .filter(({ uid, annotations }) => uid !== '' && !('kubernetes.io/config.mirror' in annotations))
    .sort((a, b) => (podKey(a) < podKey(b) ? -1 : 1))
  return first?.uid ?? null
}

/** Of each other node one pod of which a port is known. */
const podTargets = (free: PodsByNode, others: readonly ApiNode[]): readonly ProbeTarget[] =>
  others.flatMap(({ name }) => (free.get(name) ?? []).flatMap(podTarget).slice(0, 1)).slice(0, most.pods)

function podTarget(pod: Pod): ProbeTarget[] {
  const [address = ''] = pod.ips
  const port = pod.specs.flatMap(spec => {
    const probed = spec.readiness?.kind === 'http' || spec.readiness?.kind === 'tcp' ? spec.readiness.port : null
    const named = spec.ports.find(({ name, protocol }) => name === probed && protocol === 'TCP')?.containerPort
    const declared = spec.ports.find(({ protocol }) => protocol === 'TCP')?.containerPort
    return (typeof probed === 'number' ? probed : (named ?? declared)) ?? []
  })[0]
  if (port === undefined) return []
  return [{ ...tcp, purpose: 'pod', node: pod.node, label: `Pod ${podKey(pod)} on ${pod.node}`, address, port }]
}

function serviceTargets(scene: ProbeScene): readonly ProbeTarget[] {
  const { services, endpointSlices, nodes } = scene
  const api = services.find(service => podKey(service) === 'default/kubernetes')
  const slices = endpointSlices.filter(({ namespace, service }) => namespace === 'default' && service === 'kubernetes')
  const endpoints = slices.flatMap(({ ports, endpoints }) =>
    endpoints.flatMap(({ addresses }) => addresses.map(address => ({ address, port: ports[0]?.port ?? 6443 }))),
  )
  const label = 'Service default/kubernetes'
  return [
    ...(api?.clusterIPs[0] === undefined
      ? []
      : [{ ...tcp, purpose: 'service' as const, label, address: api.clusterIPs[0], port: api.ports[0]?.port ?? 443 }]),
    ...endpoints.slice(0, most.endpoints).map(place => ({
      ...tcp,
      ...place,
      purpose: 'endpoint' as const,
      label: `an endpoint of ${label}`,
      node: nodeAt(nodes, place.address),
    })),
    ...dnsTargets(scene),
  ]
}

const nodeAt = (nodes: readonly ApiNode[], address: string): string | null =>
  nodes.find(({ addresses }) => addresses.some(own => own.address === address))?.name ?? null

function dnsTargets(scene: ProbeScene): readonly ProbeTarget[] {
  const service = dnsServiceOf(scene.services)
  const address = service?.clusterIPs[0]
  if (!service || address === undefined) return []
  const outside = scene.outside.flatMap(target => ('name' in target ? [target.name] : []))
  const names = [
    ...clusterDomainsOf(scene.kubeletConfigs).map(
      domain => ['cluster-name', `kubernetes.default.svc.${domain}`] as const,
    ),
    ...outside.map(name => ['outside-name', name] as const),
  ]
  const ask = { pod: null, node: null, label: `Service ${podKey(service)}`, address, port: 53 }
  return names.flatMap(([purpose, name]) =>
    (['dns-udp', 'dns-tcp'] as const).map(kind => ({ ...ask, kind, purpose, name })),
  )
}

/** The cluster domain, if all kubelets configure the same one. */
function clusterDomainsOf(configs: ProbeScene['kubeletConfigs']): readonly string[] {
  const told = configs.flatMap(({ config }) => (isOk(config) ? [config.value.clusterDomain.replace(/\.$/, '')] : []))
  const domains = [...new Set(told.filter(Boolean))]
  return domains.length === 1 ? domains : []
}

/** Also probed from the node: what fails there too is not a fault of the pod network. */
const outsideTargets = ({ outside }: ProbeScene, pod: string | null): readonly ProbeTarget[] =>
  outside.flatMap(target =>
    'name' in target
      ? []
      : [...(pod === null ? [] : [pod]), null].map(from => ({
          ...tcp,
          ...target,
          pod: from,
          purpose: 'outside' as const,
          label: 'outside of the cluster',
        })),
  )
