import { execa } from 'execa'
import type { ClusterPlan } from '../plan/plan.ts'
import { type NodePlan, network } from '../plan/plan.ts'
import { batch, toolEnvironment } from './ip-command.ts'
import { serviceRules } from './service-rules.ts'

/** Names of the network namespaces of a cluster; `prefix` is its own. */
export const namespaceOf = (prefix: string, node: string): string => `${prefix}-${node}`
const wireOf = (prefix: string) => `${prefix}-wire`
const podNamespace = (prefix: string, node: string, index: number) => `${prefix}-${node}-pod${index}`

/**
 * Makes a network namespace for each node and pod, a bridge with a cable to each pod, routes from node to node, and
 * the service rules of kube-proxy. Nothing of it touches the machine's own network.
 */
export async function makeNetwork(prefix: string, plan: ClusterPlan): Promise<void> {
  const names = namespaces(prefix, plan)
  await batch(
    null,
    names.map(name => `netns add ${name}`),
  )
  await batch(wireOf(prefix), wireCommands(prefix, plan))
  await Promise.all(
    plan.nodes.map(async node => {
      await batch(namespaceOf(prefix, node.name), nodeCommands(prefix, node, plan))
      await Promise.all(
        inNetwork(node).map((pod, index) =>
          batch(podNamespace(prefix, node.name, index), podCommands(pod.address, node)),
        ),
      )
      await loadRules(namespaceOf(prefix, node.name), serviceRules(plan))
    }),
  )
}

/** Removes the namespaces of a cluster and with them all that is in them. */
export const removeNetwork = (prefix: string, plan: ClusterPlan): Promise<void> =>
  batch(
    null,
    namespaces(prefix, plan).map(name => `netns del ${name}`),
    { force: true },
  )

const inNetwork = ({ pods }: NodePlan) => pods.filter(({ cable }) => cable !== null)

const namespaces = (prefix: string, { nodes }: ClusterPlan): string[] => [
  wireOf(prefix),
  ...nodes.flatMap(node => [
    namespaceOf(prefix, node.name),
    ...inNetwork(node).map((_pod, index) => podNamespace(prefix, node.name, index)),
  ]),
]

const wireCommands = (prefix: string, { nodes }: ClusterPlan): string[] => [
  'link set lo up',
  'link add wire type bridge',
  `addr add ${network.gateway}/24 dev wire`,
  'link set wire up',
  ...nodes.flatMap(({ name }) => [
    `link add ${name} type veth peer name eth0 netns ${namespaceOf(prefix, name)}`,
    `link set ${name} master wire up`,
  ]),
]

const nodeCommands = (prefix: string, node: NodePlan, { nodes }: ClusterPlan): string[] => [
  'link set lo up',
  `addr add ${node.address}/24 dev eth0`,
  'link set eth0 up',
  `route add default via ${network.gateway}`,
  `link add ${network.bridge} type bridge`,
  `addr add ${node.podPrefix}.1/24 brd + dev ${network.bridge}`,
  `link set ${network.bridge} up`,
  ...inNetwork(node).flatMap(({ cable }, index) => [
    `link add ${cable} type veth peer name eth0 netns ${podNamespace(prefix, node.name, index)}`,
    `link set ${cable} master ${network.bridge} up`,
    `link set ${cable} type bridge_slave hairpin on`,
  ]),
  ...nodes
    .filter(other => other !== node)
    .map(other => `route add ${other.podPrefix}.0/24 via ${other.address} dev eth0`),
]

const podCommands = (address: string, { podPrefix }: NodePlan): string[] => [
  'link set lo up',
  `addr add ${address}/24 dev eth0`,
  'link set eth0 up',
  `route add default via ${podPrefix}.1`,
]

/** Loads rules where there is an iptables; the agent then sees a node without one. */
async function loadRules(namespace: string, rules: string): Promise<void> {
  await execa('ip', ['netns', 'exec', namespace, 'iptables-restore', '--noflush'], {
    input: rules,
    reject: false,
    env: toolEnvironment,
  })
}
