import { formatAddress, parseAddress } from '../../../shared/ip.ts'
import { isOk, type Reading, valueOr } from '../../../shared/reading.ts'
import { compareText } from '../../../shared/text.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { Service } from '../../cluster/services.ts'
import type { ClusterParts } from '../../engine/snapshot.ts'
import { isLive, podKey } from '../pods.ts'
import type { Reference } from './grammar.ts'

/** What a reference refers to. */
export type End =
  /** The referenced pod; for a workload, `others` are its further pods, ready ones first. */
  | { readonly kind: 'pod'; readonly pod: Pod; readonly others: readonly Pod[] }
  | { readonly kind: 'node'; readonly node: ApiNode; readonly address: string | null }
  /** `address` is the one in the reference, if any. */
  | { readonly kind: 'service'; readonly service: Service; readonly address: string | null }
  /** An address that belongs to nothing in the cluster. */
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'unread'; readonly why: string }
  /** A reference to something that does not exist. */
  | { readonly kind: 'absent'; readonly why: string; readonly hint: string }

type Cluster = Pick<ClusterParts, 'pods' | 'services' | 'nodes'>
interface Sources extends Cluster {
  /** A bare name of both a workload and a service means the pods at the start and the service at the end. */
  readonly isStart: boolean
}

/** Resolves a reference; a bare name may be a pod, the pods of a workload, or a service. */
export function resolveEnd(reference: Reference, sources: Sources): End {
  switch (reference.kind) {
    case 'address':
      return resolveAddress(reference.name, sources)
    case 'name':
      return resolveName(reference.name, sources)
    case 'node':
      return resolveNode(reference.name, sources.nodes)
    case 'service':
      return resolveService(reference, sources)
    default:
      return resolvePod(reference, sources)
  }
}

const unread = (what: string, reading: Reading<unknown>): End => ({
  kind: 'unread',
  why: `${what} were not read: ${isOk(reading) ? '' : reading.detail}`,
})

function resolveNode(name: string, nodes: Cluster['nodes']): End {
  const node = valueOr(nodes, []).find(node => node.name === name)
  if (node) return { kind: 'node', node, address: null }
  if (!isOk(nodes)) return unread('nodes', nodes)
  return { kind: 'absent', why: `there is no node ${name}`, hint: `nodes are: ${listed(nodes.value)}` }
}

type Named = Extract<Reference, { namespace: string }>

function resolveService(reference: Named, { services }: Cluster): End {
  const service = valueOr(services, []).find(service => podKey(service) === podKey(reference))
  if (service) return { kind: 'service', service, address: null }
  if (!isOk(services)) return unread('services', services)
  return { kind: 'absent', why: `there is no service ${podKey(reference)}`, hint: near(reference, services.value) }
}

function resolvePod(reference: Named, { pods, services, isStart }: Sources): End {
  const isBare = reference.kind === 'any'
  const service = isBare ? valueOr(services, []).find(service => podKey(service) === podKey(reference)) : undefined
  const [pod, ...others] = findPods(reference, valueOr(pods, []))
  const isExact = pod?.name === reference.name
  if (service && !isExact && (!isStart || !pod)) return { kind: 'service', service, address: null }
  if (pod) return { kind: 'pod', pod, others }
  if (!isOk(pods)) return unread('pods', pods)
  if (isBare && !isOk(services)) return unread('services', services)
  const what = isBare ? 'neither a pod nor a service' : reference.kind === 'pod' ? 'no pod' : 'no pod of a workload'
  return { kind: 'absent', why: `there is ${what} ${podKey(reference)}`, hint: near(reference, pods.value) }
}

/** The pod of that name; else those of the workload of that name, the ready ones first. */
function findPods(reference: Named, pods: readonly Pod[]): readonly Pod[] {
  const own = pods.filter(({ namespace }) => namespace === reference.namespace)
  const exact = own.filter(({ name }) => name === reference.name && reference.kind !== 'workload')
  if (exact.length > 0) return exact.slice(0, 1)
  return own
    .filter(pod => isLive(pod) && isOwnedBy(pod, reference.name))
    .sort((a, b) => Number(b.ready) - Number(a.ready) || compareText(a.name, b.name))
}

/** A Deployment owns its pods through a ReplicaSet that bears its name and a hash. */
const isOwnedBy = ({ owner }: Pod, name: string): boolean =>
  owner !== null &&
  (owner.name === name || (owner.kind === 'ReplicaSet' && owner.name.replace(/-[a-z0-9]{1,10}$/, '') === name))

/** Services first, because their addresses are exclusive; then pods with their own addresses, then nodes. */
function resolveAddress(text: string, { services, pods, nodes }: Cluster): End {
  const address = canonical(text)
  const isIt = (other: string) => canonical(other) === address
  const service = valueOr(services, []).find(({ clusterIPs, externalIPs, ingress }) =>
    [...clusterIPs, ...externalIPs, ...ingress.flatMap(({ ip }) => ip ?? [])].some(isIt),
  )
  if (service) return { kind: 'service', service, address }
  const pod = valueOr(pods, []).find(pod => isLive(pod) && !pod.hostNetwork && pod.ips.some(isIt))
  if (pod) return { kind: 'pod', pod, others: [] }
  const node = valueOr(nodes, []).find(({ addresses }) => addresses.some(own => isIt(own.address)))
  if (node) return { kind: 'node', node, address }
  const unread = [services, pods, nodes].flatMap(reading => (isOk<unknown>(reading) ? [] : [reading.detail]))
  if (unread.length > 0) return { kind: 'unread', why: `whose ${address} is cannot be told: ${unread[0]}` }
  return { kind: 'address', address }
}

const canonical = (text: string): string => {
  const address = parseAddress(text)
  return address ? formatAddress(address) : text
}

/** `db.shop` may be a service; any other name is one that only DNS knows. */
function resolveName(name: string, { services }: Cluster): End {
  const [first, namespace, ...rest] = name.split('.')
  const service =
    rest.length === 0
      ? valueOr(services, []).find(service => service.name === first && service.namespace === namespace)
      : undefined
  return service ? { kind: 'service', service, address: null } : { kind: 'name', name }
}

/** Hint: objects of that name elsewhere, or what the namespace contains. */
function near({ namespace, name }: Named, objects: readonly { readonly namespace: string; readonly name: string }[]) {
  const elsewhere = objects.filter(object => object.name === name || object.name.startsWith(`${name}-`))
  const found = elsewhere.length > 0 ? elsewhere : objects.filter(object => object.namespace === namespace)
  if (found.length === 0) return `namespace ${namespace} has none`
  const keys = found.map(podKey).sort()
  return `there is ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ', …' : ''}`
}

const listed = (nodes: readonly ApiNode[]): string =>
  nodes
    .slice(0, 8)
    .map(({ name }) => name)
    .join(', ') || 'none'
