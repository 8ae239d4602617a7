import { isMissing, isOk, mapReading, type Reading, unavailable } from '../../../shared/reading.ts'
import type { NodeParts } from '../../../shared/snapshot.ts'
import type { DaemonSet } from '../../cluster/daemon-sets.ts'
import type { EndpointSlice } from '../../cluster/endpoint-slices.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { Service } from '../../cluster/services.ts'
import type { Undecided } from '../../engine/check.ts'
import { memoise } from '../memo.ts'
import { ageOf, livePodsOn } from '../pods.ts'
import { isKubeProxy, type ServiceProxy, serviceProxy } from '../service-proxy.ts'
import { type Comparison, compareRules, type Deviation } from './comparison.ts'
import { type ExpectedRules, expectedRules } from './expected-rules.ts'
import { nodeRules, type RuleParts } from './node-rules.ts'
import { lastingDeviation, mayFollow } from './recent-changes.ts'

type Parts = RuleParts & Pick<NodeParts, 'processes'>

/** The inputs of checks on service rules. */
export interface SurveyInput {
  readonly cluster: {
    readonly services: readonly Service[]
    readonly endpointSlices: readonly EndpointSlice[]
    readonly pods: readonly Pod[]
    readonly daemonSets: readonly DaemonSet[]
    readonly nodes: readonly ApiNode[]
  }
  readonly nodes: ReadonlyMap<string, Parts>
  readonly takenAt: number
}

/** What the rules of one node say beside what services and slices ask for. */
export interface SurveyedNode extends Comparison {
  readonly node: string
  /** `unknown` where it was not asked, or says that it is not well. */
  readonly health: Health
}

type Health = 'well' | 'down' | 'unknown'

/** The comparison of all nodes. */
export interface Survey {
  readonly nodes: readonly SurveyedNode[]
  /** Nodes where it could not be told. */
  readonly undecided: readonly Undecided[]
}

/** Service rules of every node on which kube-proxy is meant to write them, without those that the API may lag behind. */
export const surveyRules = (input: SurveyInput): Survey => withoutDoubt(compareNodes(input))

/** The same with everything in which rules differ. */
export function compareNodes(input: SurveyInput): Survey {
  const expected = expectedRules(input.cluster.services)(input.cluster.endpointSlices)
  const surveyed: SurveyedNode[] = []
  const undecided: Undecided[] = []
  for (const [node, parts] of input.nodes) {
    const proxy = proxyOf(input, node)
    if (proxy.kind === 'replaced') continue
    const comparison = proxy.kind === 'unknown' ? nobody : compareNode(expected, node, parts)
    if (!isOk(comparison)) undecided.push({ nodes: [node], why: comparison.detail })
    else if (hasJustStarted(node, input)) undecided.push({ nodes: [node], why: 'kube-proxy has only just started' })
    else surveyed.push({ node, ...comparison.value, health: healthOf(parts) })
  }
  return { nodes: surveyed.map(node => lasting(node, input)), undecided }
}

const nobody = unavailable('failed', 'who writes the rules of services is not known')

/** Who makes services work on a node. */
export function proxyOf(
  { cluster: { nodes, pods, daemonSets }, nodes: parts }: SurveyInput,
  name: string,
): ServiceProxy {
  const own = parts.get(name)
  const node = nodes.find(node => node.name === name)
  if (!own) return { kind: 'unknown' }
  return serviceProxy({ node, name, pods, daemonSets, processes: own.processes, kubeProxy: own.kubeProxy })
}

/** Rules of a node are compared once, however many checks ask. */
const comparisons = memoise((_: ExpectedRules) => new WeakMap<object, Reading<Comparison>>())

function compareNode(expected: ExpectedRules, node: string, parts: Parts): Reading<Comparison> {
  const known = comparisons(expected).get(parts.iptables)
  if (known) return known
  const comparison = mapReading(nodeRules(parts), observed => compareRules(expected, observed, node))
  comparisons(expected).set(parts.iptables, comparison)
  return comparison
}

function healthOf({ kubeProxy }: Parts): Health {
  const healthz = isOk(kubeProxy) ? kubeProxy.value.healthz : kubeProxy
  if (isOk(healthz)) return healthz.value.status === 200 ? 'well' : 'unknown'
  return isOk(kubeProxy) && (isMissing(healthz) || healthz.reason === 'timeout') ? 'down' : 'unknown'
}

/** Within these milliseconds a kube-proxy has written all rules. */
const firstSync = 20_000

const hasJustStarted = (node: string, { cluster: { pods }, takenAt }: SurveyInput): boolean =>
  livePodsOn(pods, node)
    .filter(isKubeProxy)
    .flatMap(({ containers }) => containers)
    .some(({ state, startedAt }) => state === 'running' && (ageOf(startedAt, takenAt) ?? firstSync) < firstSync)

function lasting(surveyed: SurveyedNode, { cluster, takenAt }: SurveyInput): SurveyedNode {
  const isDown = surveyed.health === 'down'
  const sources = { ...cluster, slices: cluster.endpointSlices, takenAt, isDown }
  return {
    ...surveyed,
    deviations: surveyed.deviations.flatMap(deviation => lastingDeviation(deviation, sources) ?? []),
    affinity: surveyed.affinity.filter(({ frontend }) => !mayFollow(frontend.service, sources)),
  }
}

/**
 * When most of several nodes, whose kube-proxies are well, have one other opinion than the API, the API was read
 * before something changed.
 */
function withoutDoubt({ nodes, undecided }: Survey): Survey {
  const votes = new Map<string, string[]>()
  for (const { node, deviations, health } of nodes) {
    for (const deviation of health === 'well' ? deviations : []) {
      const opinion = opinionOf(deviation)
      votes.set(opinion, [...(votes.get(opinion) ?? []), node])
    }
  }
  const isDoubtful = (deviation: Deviation) =>
    nodes.length > 1 &&
    deviation.kind !== 'missing' &&
    deviation.frontend.service !== 'default/kubernetes' &&
    (votes.get(opinionOf(deviation))?.length ?? 0) > nodes.length / 2
  const doubtful = nodes.filter(({ deviations }) => deviations.some(isDoubtful)).map(({ node }) => node)
  const kept = nodes.map(node => ({ ...node, deviations: node.deviations.filter(each => !isDoubtful(each)) }))
  const why = 'most nodes agree on other endpoints than the API had when it was read: read again'
  return { nodes: kept, undecided: doubtful.length > 0 ? [...undecided, { nodes: doubtful, why }] : undecided }
}

const opinionOf = ({ frontend, kind, stale, absent }: Deviation): string =>
  `${kind} ${frontend.key} ${stale.toSorted().join()} ${absent.toSorted().join()}`
