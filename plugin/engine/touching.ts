import type { Subject } from '../../shared/finding.ts'
import { isOk } from '../../shared/reading.ts'
import type { EndpointSlice } from '../cluster/endpoint-slices.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Snapshot } from './snapshot.ts'

/** Whether a fault of `cause` can affect `symptom`. */
export type Touching = (cause: Subject, symptom: Subject) => boolean

/** Decides by the nodes that the subjects name; a subject without a node touches everything. */
export const touchingByName: Touching = (cause, symptom) => sharesNode(nodesNamed(cause), nodesNamed(symptom))

/**
 * Decides by the nodes of pods and of services' endpoints. What the whole cluster uses, such as its DNS, affects
 * everything; a service affects no other service, and only pods of its own namespace.
 */
export function touchingIn({ cluster }: Snapshot): Touching {
  const pods = new Map(isOk(cluster.pods) ? cluster.pods.value.map(pod => [keyOf(pod), pod] as const) : [])
  const slices = isOk(cluster.endpointSlices) ? cluster.endpointSlices.value : []
  const services = endpointsByService(slices)
  const usedByAll = new Set([...services].flatMap(([key, known]) => (isSystemService(key) ? [...known.pods] : [])))
  const nodesOf = (subject: Subject) => nodesNamed(subject) ?? nodesKnown(subject, { pods, services })
  return (cause, symptom) => {
    if (cause.kind === 'Service' ? isSystemService(keyOf(cause)) : isUsedByAll(cause, usedByAll)) return true
    if (isForeign(cause, symptom)) return false
    return isSibling(cause, symptom, pods) || sharesNode(nodesOf(cause), nodesOf(symptom))
  }
}

interface Endpoints {
  readonly nodes: ReadonlySet<string>
  readonly pods: ReadonlySet<string>
}

function endpointsByService(slices: readonly EndpointSlice[]): ReadonlyMap<string, Endpoints> {
  const services = new Map<string, { nodes: Set<string>; pods: Set<string> }>()
  for (const { namespace, service, endpoints } of slices) {
    if (service === null) continue
    const key = `${namespace}/${service}`
    const known = services.get(key) ?? { nodes: new Set(), pods: new Set() }
    for (const { node, target } of endpoints) {
      if (node !== null) known.nodes.add(node)
      if (target?.kind === 'Pod') known.pods.add(`${target.namespace || namespace}/${target.name}`)
    }
    services.set(key, known)
  }
  return services
}

/** System services and the pods behind them are used from every node. */
const isUsedByAll = (subject: Subject, pods: ReadonlySet<string>): boolean =>
  subject.kind === 'Pod' && pods.has(keyOf(subject))

const isSystemService = (key: string): boolean =>
  key === 'default/kubernetes' || /^(?:kube-system|openshift-dns)\//.test(key)

function isForeign(cause: Subject, symptom: Subject): boolean {
  if (cause.kind === 'Service' && symptom.kind === 'Service') return keyOf(cause) !== keyOf(symptom)
  const kinds = [cause.kind, symptom.kind]
  return kinds.includes('Service') && kinds.includes('Pod') && cause.namespace !== symptom.namespace
}

/** Pods with the same owner share its faults. */
function isSibling(cause: Subject, symptom: Subject, pods: ReadonlyMap<string, Pod>): boolean {
  if (cause.kind !== 'Pod' || symptom.kind !== 'Pod' || cause.namespace !== symptom.namespace) return false
  const [left, right] = [pods.get(keyOf(cause))?.owner, pods.get(keyOf(symptom))?.owner]
  return left?.kind === 'ReplicaSet' && right?.kind === left.kind && right.name === left.name
}

function nodesKnown(
  subject: Subject,
  { pods, services }: { pods: ReadonlyMap<string, Pod>; services: ReadonlyMap<string, Endpoints> },
): readonly string[] | null {
  if (subject.kind === 'Pod') {
    const node = pods.get(keyOf(subject))?.node
    return node ? [node] : null
  }
  const nodes = subject.kind === 'Service' ? services.get(keyOf(subject))?.nodes : undefined
  return nodes && nodes.size > 0 ? [...nodes] : null
}

function nodesNamed(subject: Subject): readonly string[] | null {
  if (subject.kind === 'Node') return [subject.name]
  return subject.kind === 'Cluster' ? null : (subject.nodes ?? null)
}

const sharesNode = (left: readonly string[] | null, right: readonly string[] | null): boolean =>
  left === null || right === null || left.some(node => right.includes(node))

const keyOf = ({ namespace = '', name }: { readonly namespace?: string | undefined; readonly name: string }): string =>
  `${namespace}/${name}`
