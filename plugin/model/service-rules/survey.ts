import { isOk, type Reading } from '../../../shared/reading.ts'
import type { NodeParts } from '../../../shared/snapshot.ts'
import type { DaemonSet } from '../../cluster/daemon-sets.ts'
import type { EndpointSlice } from '../../cluster/endpoint-slices.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { Service } from '../../cluster/services.ts'
import type { Undecided } from '../../engine/check.ts'
import { memoise } from '../memo.ts'
import { type ServiceProxy, serviceProxy } from '../service-proxy.ts'
import { type Comparison, compareRules, type Deviation } from './comparison.ts'
import { type ExpectedRules, expectedRules } from './expected-rules.ts'
import { nodeRules, type RuleParts } from './node-rules.ts'
import { lastingDeviation } from './recent-changes.ts'

type Parts = RuleParts & Pick<NodeParts, 'processes'>

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
  /** True when kube-proxy says that it is well. */
  readonly isWell: boolean
}

export interface Survey {
  readonly nodes: readonly SurveyedNode[]
  /** Nodes where it could not be told. */
  readonly undecided: readonly Undecided[]
}

/** Service rules of every node on which kube-proxy is meant to write them. */
export function surveyRules(input: SurveyInput): Survey {
  const expected = expectedRules(input.cluster.services)(input.cluster.endpointSlices)
  const surveyed: SurveyedNode[] = []
  const undecided: Undecided[] = []
  for (const [node, parts] of input.nodes) {
    const proxy = proxyOf(input, node)
    if (proxy.kind === 'replaced') continue
    if (proxy.kind === 'unknown')
      undecided.push({ nodes: [node], why: 'who writes the rules of services is not known' })
    else {
      const comparison = compareNode(expected, node, parts)
      if (isOk(comparison)) surveyed.push({ node, ...comparison.value, isWell: isWell(parts) })
      else undecided.push({ nodes: [node], why: `the rules of services were not read: ${comparison.detail}` })
    }
  }
  return withoutDoubt(
    surveyed.map(node => lasting(node, input)),
    undecided,
  )
}

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
  const observed = nodeRules(parts)
  const comparison = isOk(observed)
    ? ({ status: 'ok', value: compareRules(expected, observed.value, node) } as const)
    : observed
  comparisons(expected).set(parts.iptables, comparison)
  return comparison
}

const isWell = ({ kubeProxy }: Parts): boolean =>
  isOk(kubeProxy) && isOk(kubeProxy.value.healthz) && kubeProxy.value.healthz.value.status === 200

function lasting(surveyed: SurveyedNode, { cluster, takenAt }: SurveyInput): SurveyedNode {
  const sources = { ...cluster, slices: cluster.endpointSlices }
  return {
    ...surveyed,
    deviations: surveyed.deviations.flatMap(deviation => lastingDeviation(deviation, sources, takenAt) ?? []),
  }
}

/**
 * When most of several nodes, whose kube-proxies are well, have one other opinion than the API, the API was read
 * before something changed.
 */
function withoutDoubt(nodes: readonly SurveyedNode[], undecided: readonly Undecided[]): Survey {
  const votes = new Map<string, string[]>()
  for (const { node, deviations, isWell } of nodes) {
    for (const deviation of isWell ? deviations : []) {
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
