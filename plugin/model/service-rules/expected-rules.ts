import type { EndpointSlice } from '../../cluster/endpoint-slices.ts'
import type { Service, ServicePort } from '../../cluster/services.ts'
import { memoise } from '../memo.ts'
import { podKey } from '../pods.ts'
import type { PortName } from './chain-names.ts'
import { addressKey, type Family, type Frontend, familyOf, nodePortKey } from './frontend.ts'
import { type Backend, backendsAt, type ServiceBackends, serviceBackends } from './service-backends.ts'

/** Expected service rules of each node; computed once, except for the few services that differ by node. */
export interface ExpectedRules {
  /** Frontends that are the same on every node, by key. */
  readonly common: ReadonlyMap<string, Frontend>
  /** Makes those that lead to backends of the node itself only. */
  readonly local: readonly ((node: string) => Frontend)[]
}

/**
 * Services and slices to rules, for every kind of them. Source: pkg/proxy/{servicechangetracker,serviceport,topology}.go
 * of Kubernetes.
 */
export const expectedRules = memoise((services: readonly Service[]) =>
  memoise((slices: readonly EndpointSlice[]): ExpectedRules => {
    const rules = { common: new Map<string, Frontend>(), local: [] }
    const backends = serviceBackends(slices)
    for (const service of services) if (isProxied(service)) addService(rules, service, backends)
    return rules
  }),
)

/** Every frontend of one node. */
export function* frontendsOn({ common, local }: ExpectedRules, node: string): Generator<Frontend> {
  yield* common.values()
  for (const make of local) yield make(node)
}

/** False for services that kube-proxy does not serve. */
const isProxied = ({ headless, type, labels, clusterIPs, deleting }: Service): boolean =>
  !headless &&
  type !== 'ExternalName' &&
  clusterIPs.length > 0 &&
  !deleting &&
  !('service.kubernetes.io/service-proxy-name' in labels)

interface Draft {
  readonly common: Map<string, Frontend>
  readonly local: ((node: string) => Frontend)[]
}

function addService(rules: Draft, service: Service, backends: ServiceBackends): void {
  for (const family of new Set(service.clusterIPs.map(familyOf))) {
    for (const port of service.ports) addPort(rules, { service, port, family, backends })
  }
}

interface Case {
  readonly service: Service
  readonly port: ServicePort
  readonly family: Family
  readonly backends: ServiceBackends
}

function addPort(rules: Draft, { service, port, family, backends }: Case): void {
  const id = podKey(service)
  const list = backendsAt(backends, { service: id, family, port: port.name, protocol: port.protocol })
  const name: PortName = { name: port.name === '' ? id : `${id}:${port.name}`, protocol: port.protocol.toLowerCase() }
  const base = { service: id, port: name, affinity: service.sessionAffinity.timeout }
  const everywhere = clusterChoice(service, list)
  const { allowed } = everywhere
  for (const { key, policy } of placesOf(service, port, family)) {
    if (policy !== 'Local') rules.common.set(key, { key, ...base, ...everywhere })
    else rules.local.push(node => ({ key, ...base, ...localChoice(list, node), allowed }))
  }
}

interface Place {
  readonly key: string
  readonly policy: string
}

/** Addresses of the cluster obey the internal policy; node ports and addresses from outside the external one. */
function placesOf(service: Service, { port, protocol, nodePort }: ServicePort, family: Family): readonly Place[] {
  const { internalTrafficPolicy, externalTrafficPolicy } = service
  const ofFamily = (addresses: readonly string[]) => addresses.filter(address => familyOf(address) === family)
  // A load balancer that is a proxy itself must be reached.
  const balancers = service.ingress.flatMap(({ ip, ipMode }) => (ip && ipMode === 'VIP' ? [ip] : []))
  const outer = [...ofFamily(service.externalIPs), ...ofFamily(balancers)]
  return [
    ...ofFamily(service.clusterIPs).map(address => ({
      key: addressKey(address, protocol, port),
      policy: internalTrafficPolicy,
    })),
    ...outer.map(address => ({ key: addressKey(address, protocol, port), policy: externalTrafficPolicy })),
    ...(nodePort === null ? [] : [{ key: nodePortKey(family, protocol, nodePort), policy: externalTrafficPolicy }]),
  ]
}

type Choice = Pick<Frontend, 'isNeeded' | 'wanted' | 'allowed'>

/** With hints a node may use a part of the backends, by rules that differ between versions. */
function clusterChoice({ trafficDistribution }: Service, backends: readonly Backend[]): Choice {
  const ready = backends.filter(isReady)
  const isChoosy = trafficDistribution !== null || backends.some(isHinted)
  return {
    isNeeded: ready.length > 0,
    wanted: isChoosy ? none : keysOf(ready),
    allowed: keysOf(backends.filter(mayServe)),
  }
}

/** What may be there besides is the same as without the policy: clients on the node itself reach every backend. */
function localChoice(backends: readonly Backend[], node: string): Omit<Choice, 'allowed'> {
  const ready = backends.filter(backend => isReady(backend) && backend.endpoint.node === node)
  return { isNeeded: ready.length > 0, wanted: keysOf(ready) }
}

const none: ReadonlySet<string> = new Set()
const keysOf = (backends: readonly Backend[]): ReadonlySet<string> => new Set(backends.map(({ key }) => key))
const isReady = ({ endpoint }: Backend) => endpoint.ready
const isHinted = ({ endpoint: { hintNodes, hintZones } }: Backend) => hintNodes.length + hintZones.length > 0
/** One that ends may still serve: it is used when there is no other. */
const mayServe = ({ endpoint }: Backend) => endpoint.ready || endpoint.terminating
