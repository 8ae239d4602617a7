import type { Evidence } from '../../shared/finding.ts'
import { formatAddress, parseAddress } from '../../shared/ip.ts'
import type { Link, Links } from '../../shared/node/links.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Draft } from '../engine/check.ts'
import { onNode } from './command.ts'
import type { Landscape } from './node-paths.ts'
import type { PathInput } from './path-faults.ts'
import { type PodRange, rangeHolding } from './pod-network-map.ts'
import { ageOf, minute, networkedPodsOn, podKey } from './pods.ts'
import { lookUpRoute, type RouteAnswer } from './route-lookup.ts'
import { describeRoute } from './route-text.ts'

/**
 * Finds nodes that do not reach their own pods: the bridge is down, or has lost its address and thereby its route.
 * Where a cloud routes pod traffic, a node's default route may be meant for its own pods.
 */
export function findOwnPodsLost(input: PathInput, { map }: Landscape): readonly Draft[] {
  const { pods } = input.maybeCluster
  if ((map.isRoutedByCloud && !hasHostRoutes(map)) || !isOk(pods)) return []
  return [...input.nodes.keys()].flatMap(node => {
    const own = networkedPodsOn(pods.value, node).filter(pod => isSettled(pod, input.takenAt))
    const lost = own.flatMap(pod => lostAddresses(pod, { node, input, map }))
    const links = input.nodes.get(node)?.links
    const range = map.ranges.find(each => each.node === node && each.network.family === 4)
    return lost.length > 0 && links ? [draft(node, lost, { links, range })] : []
  })
}

interface Lost {
  readonly pod: Pod
  readonly ip: string
  /** Where its packets go instead, for use in a sentence. */
  readonly way: string
}

/** Whether each pod has a route of its own to its device, as the AWS VPC CNI writes them, in ranges of nobody. */
export const hasHostRoutes = ({ products }: Landscape['map']): boolean =>
  products.has('aws') && !otherPlugins.some(id => products.has(id))

const otherPlugins = ['cilium', 'flannel', 'weave', 'antrea', 'kube-ovn'] as const

/** Such a pod has a network card of its own, to which another table leads. */
const hasOwnCard = ({ annotations }: Pod): boolean => 'vpc.amazonaws.com/pod-eni' in annotations

/** Whether a pod is stable; of a new or restarted pod the API may know more than the node. */
export const isSettled = ({ deleting, containers }: Pod, now: number): boolean =>
  !deleting &&
  containers.some(({ state, startedAt, init }) => !init && state === 'running' && (ageOf(startedAt, now) ?? 0) > minute)

interface Scene {
  readonly node: string
  readonly input: PathInput
  readonly map: Landscape['map']
}

/** Addresses of the pod in the node's own range that its routes do not reach. */
function lostAddresses(pod: Pod, { node, input, map }: Scene): readonly Lost[] {
  const tables = input.nodes.get(node)
  if (!tables || !isOk(tables.routes)) return []
  const { routes, rules, links } = tables
  return pod.ips.flatMap(ip => {
    const to = parseAddress(ip)
    if (to === null || (hasHostRoutes(map) ? hasOwnCard(pod) : rangeHolding(map.ranges, to)?.node !== node)) return []
    const way = wrongWay(lookUpRoute(routes.value, rules, { to }), links)
    return way === null ? [] : [{ pod, ip, way }]
  })
}

/** Null when the route leads to a possible pod device. */
function wrongWay(answer: RouteAnswer, links: Reading<Links>): string | null {
  if (answer.kind === 'none') return 'no route'
  if (answer.kind === 'refused') return answer.route ? describeRoute(answer.route) : `a policy rule: ${answer.by}`
  const [route] = answer.ways
  if (answer.network.prefix === 0) return describeRoute(route)
  const device = isOk(links) ? links.value.links.find(({ name }) => name === route.device) : undefined
  return device && isDown(device) ? `${describeRoute(route)}, which is down` : null
}

const isDown = ({ state }: Link): boolean => /down$/.test(state ?? '')

interface Ground {
  readonly links: Reading<Links>
  readonly range: PodRange | undefined
}

function draft(node: string, lost: readonly Lost[], { links, range }: Ground): Draft {
  const [first] = lost
  const bridges = lackingBridges(links)
  const what = lost.length > 1 ? `${lost.length} of its own pods` : `its own pod ${first ? podKey(first.pod) : ''}`
  return {
    subject: { kind: 'Node', name: node },
    key: 'own',
    message: `${node} does not reach ${what}: ${bridges.map(describeBridge)[0] ?? `their packets take ${first?.way}`}`,
    evidence: [
      ...bridges.map(bridge => bridgeEvidence(node, bridge)),
      ...lost.slice(0, 3).map(({ pod, ip, way }) => ({
        at: `${node}: ip route get ${ip}`,
        observed: `${way} (pod ${podKey(pod)})`,
        expected: 'a route to the device of its pods',
      })),
    ],
    danger: 'these pods are cut off: nothing from outside of their bridge reaches them, probes of the kubelet neither',
    remedies: [
      {
        title: 'see which device is meant to lead to pods, and whether it is up and holds its address',
        commands: [onNode('ip -br link'), onNode('ip -br addr'), onNode(`ip route get ${first?.ip ?? ''}`)],
        risk: 'none',
      },
      ...(bridges.some(isDown) ? [switchOn(bridges.filter(isDown))] : []),
      ...(range && bridges.some(lacksAddress) ? [readdress(bridges.filter(lacksAddress), range)] : []),
    ],
  }
}

/** Pod bridges that are down or lack an IPv4 address, without which there is no route to their pods. */
const lackingBridges = (links: Reading<Links>): readonly Link[] =>
  (isOk(links) && links.value.hasAddresses ? links.value.links : [])
    .filter(({ kind, name }) => kind === 'bridge' && /^(?:cni|cbr|kube-bridge|weave)/.test(name))
    .filter(bridge => isDown(bridge) || lacksAddress(bridge))

const lacksAddress = ({ addresses }: Link): boolean => !addresses.some(address => address.includes('.'))

const describeBridge = (bridge: Link): string =>
  `bridge ${bridge.name} ${isDown(bridge) ? 'is down' : 'has no address'}`

const bridgeEvidence = (node: string, { name, state, addresses }: Link): Evidence => ({
  at: `${node}: device ${name}`,
  observed: `${state ?? 'of unknown state'}, ${addresses.join(', ') || 'without an address'}`,
  expected: 'up, with an address of the pods’ range',
})

/** The address that the CNI gives to a bridge is the gateway of its pods: the first of the range. */
const readdress = (bridges: readonly Link[], { cidr, network }: PodRange): Draft['remedies'][number] => {
  const gateway = `${formatAddress({ family: network.family, value: network.first + 1n })}/${network.prefix}`
  return {
    title: `give the bridge its address back: the gateway of its pods, by default the first address of ${cidr}`,
    commands: bridges.map(({ name }) => onNode(`ip addr add ${gateway} dev ${name}`)),
    risk: 'low',
    rollback: bridges.map(({ name }) => `ip addr del ${gateway} dev ${name}`).join('; '),
  }
}

const switchOn = (bridges: readonly Link[]): Draft['remedies'][number] => ({
  title: 'switch the bridge on; routes that were lost with it come back with its address',
  commands: bridges.map(({ name }) => onNode(`ip link set ${name} up`)),
  risk: 'low',
  rollback: bridges.map(({ name }) => `ip link set ${name} down`).join('; '),
})
