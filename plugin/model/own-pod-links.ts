import type { Evidence } from '../../shared/finding.ts'
import type { Bridges } from '../../shared/node/bridges.ts'
import type { CniResultEntry, CniResults } from '../../shared/node/cni-results.ts'
import type { Link, Links } from '../../shared/node/links.ts'
import type { Neighbours } from '../../shared/node/neighbours.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Draft } from '../engine/check.ts'
import { onNode } from './command.ts'
import { networkedPodsOn, podKey } from './pods.ts'

/** Node parts that show how packets get from a node into its pods, below the routes. */
export interface PodLinks {
  readonly links: Reading<Links>
  readonly bridges: Reading<Bridges>
  readonly neighbours: Reading<Neighbours>
  readonly cniResults: Reading<CniResults>
}

interface Input {
  readonly pods: Reading<readonly Pod[]>
  readonly nodes: ReadonlyMap<string, PodLinks>
  /** Whether the API and the node both know the pod's current state. */
  readonly isSettled: (pod: Pod) => boolean
}

/**
 * Finds nodes with running pods whose device is detached from its bridge or down, or whose address has a permanent
 * wrong MAC.
 */
export function findOwnPodsUnlinked({ pods, nodes, isSettled }: Input): readonly Draft[] {
  if (!isOk(pods)) return []
  return [...nodes].flatMap(([node, parts]) => {
    const results = resultsOf(parts.cniResults)
    const cuts = networkedPodsOn(pods.value, node)
      .filter(isSettled)
      .flatMap(pod => resultsFor(pod, results).flatMap(result => cutOf({ node, pod, result, parts }) ?? []))
    return cuts.length > 0 ? [draft(node, cuts)] : []
  })
}

const resultsOf = (cniResults: Reading<CniResults>): readonly CniResultEntry[] =>
  isOk(cniResults) ? cniResults.value.caches.flatMap(({ results }) => (isOk(results) ? results.value.entries : [])) : []

/** Cached CNI results of the pod's own network, possibly including earlier sandboxes whose devices are gone. */
const resultsFor = ({ uid, ips }: Pod, results: readonly CniResultEntry[]): readonly CniResultEntry[] =>
  results.filter(
    ({ pod, addresses }) => pod?.uid === uid && addresses.some(address => ips.includes(address.replace(/\/\d+$/, ''))),
  )

interface Cut {
  readonly pod: Pod
  readonly why: string
  readonly evidence: Evidence
  readonly remedy: string
  readonly rollback: string
}

interface Scene {
  readonly node: string
  readonly pod: Pod
  readonly result: CniResultEntry
  readonly parts: PodLinks
}

/** Null when nothing is wrong, or when the device in the result no longer exists. */
function cutOf(scene: Scene): Cut | null {
  const { result, parts } = scene
  const devices = new Map(isOk(parts.links) ? parts.links.value.links.map(link => [link.name, link]) : [])
  const outside = result.interfaces.flatMap(({ name, inside }) => (inside ? [] : (devices.get(name) ?? [])))
  const bridge = outside.find(({ kind }) => kind === 'bridge')
  const port = outside.find(({ kind, name }) => kind === 'veth' || (kind === null && name.startsWith('veth')))
  if (!port) return null
  return downCut(scene, port) ?? (bridge ? (offCut(scene, { bridge, port }) ?? neighbourCut(scene, bridge)) : null)
}

function downCut({ node, pod }: Scene, { name, state }: Link): Cut | null {
  if (!/down$/.test(state ?? '')) return null
  return {
    pod,
    why: `device ${name} is down`,
    evidence: { at: `${node}: device ${name} of pod ${podKey(pod)}`, observed: state ?? 'down', expected: 'up' },
    remedy: `ip link set ${name} up`,
    rollback: `ip link set ${name} down`,
  }
}

function offCut({ node, pod, parts }: Scene, { bridge, port }: { bridge: Link; port: Link }): Cut | null {
  const known = isOk(parts.bridges) ? parts.bridges.value.bridges.find(({ name }) => name === bridge.name) : undefined
  if (!known || port.master === bridge.name || known.ports.some(({ name }) => name === port.name)) return null
  const hasHairpin = known.ports.some(({ hairpin }) => isOk(hairpin) && hairpin.value)
  return {
    pod,
    why: `device ${port.name} does not hang on bridge ${bridge.name}`,
    evidence: {
      at: `${node}: device ${port.name} of pod ${podKey(pod)}`,
      observed: port.master === null ? 'on no bridge' : `on ${port.master}`,
      expected: `on ${bridge.name}, where its network has put it`,
    },
    remedy: `ip link set ${port.name} master ${bridge.name}${hasHairpin ? ` && bridge link set dev ${port.name} hairpin on` : ''}`,
    rollback:
      port.master === null ? `ip link set ${port.name} nomaster` : `ip link set ${port.name} master ${port.master}`,
  }
}

/** The kernel relearns dynamic entries; permanent ones stay. */
function neighbourCut({ node, pod, result, parts }: Scene, { name: device }: Link): Cut | null {
  const own = result.interfaces.find(({ name, inside }) => inside && name === result.interfaceName)?.mac?.toLowerCase()
  const entries =
    isOk(parts.neighbours) && isOk(parts.neighbours.value.entries) ? parts.neighbours.value.entries.value : []
  const wrong = entries.find(
    each => each.device === device && each.state === 'permanent' && pod.ips.includes(each.address),
  )
  const mac = wrong?.mac?.toLowerCase()
  if (!wrong || !own || !mac || mac === own) return null
  return {
    pod,
    why: `${wrong.address} is written down with the MAC ${mac}, and the pod has ${own}`,
    evidence: {
      at: `${node}: ip neigh show ${wrong.address} dev ${device}`,
      observed: `lladdr ${mac} PERMANENT (pod ${podKey(pod)})`,
      expected: `lladdr ${own}, learned by the kernel`,
    },
    remedy: `ip neigh del ${wrong.address} dev ${device}`,
    rollback: `ip neigh replace ${wrong.address} lladdr ${mac} dev ${device} nud permanent`,
  }
}

function draft(node: string, cuts: readonly Cut[]): Draft {
  const [first] = cuts
  const what = cuts.length > 1 ? `${cuts.length} of its own pods` : `its own pod ${first ? podKey(first.pod) : ''}`
  return {
    subject: { kind: 'Node', name: node },
    key: 'link',
    message: `${node} does not reach ${what}: ${first?.why}`,
    evidence: cuts.slice(0, 5).map(({ evidence }) => evidence),
    danger: 'these pods are cut off: nothing from outside of them reaches them, probes of the kubelet neither',
    remedies: [
      {
        title: 'put the link back as the network made it; a pod that is made anew gets a whole one too',
        commands: cuts.slice(0, 5).map(({ remedy }) => onNode(remedy)),
        risk: 'low',
        rollback: cuts
          .slice(0, 5)
          .map(({ rollback }) => rollback)
          .join('; '),
      },
    ],
  }
}
