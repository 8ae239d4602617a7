import { isOk, type Reading, unavailable } from '../../../shared/reading.ts'
import type { NodeSnapshot } from '../../../shared/snapshot.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Snapshot } from '../../engine/snapshot.ts'
import { clusterTopics, kubeletTopic } from './cluster-topics.ts'
import { compareCoverage, compareFindings, type Judged } from './compare-findings.ts'
import { type Compared, compareTopics } from './compare-topics.ts'
import type { Change, Difference, Gap } from './difference.ts'
import { apiNodeTopic, nodeTopics } from './node-topics.ts'
import type { Topic } from './topic.ts'

interface Side extends Judged {
  readonly name: string
}

/** The difference from `a` to `b`, in terms of the network. */
export function compare(a: Side, b: Side): Difference {
  const names = { a: nodeNames(a.snapshot), b: nodeNames(b.snapshot) }
  const shared = [...names.a].filter(name => names.b.has(name)).sort()
  const compared = [
    compareTopics({ a: clusterTopics(a.snapshot), b: clusterTopics(b.snapshot), node: null }),
    ...shared.map(name => compareNode(name, a.snapshot, b.snapshot)),
  ]
  const coverage = compareCoverage(a.report, b.report)
  return {
    schema: 1,
    a: describeSide(a),
    b: describeSide(b),
    nodes: {
      new: [...names.b].filter(name => !names.a.has(name)).sort(),
      gone: [...names.a].filter(name => !names.b.has(name)).sort(),
    },
    findings: compareFindings(a, b),
    changes: overNodes(compared.flatMap(({ changes }) => changes)).sort(byTopic),
    notComparable: gapsOverNodes([...compared.flatMap(({ gaps }) => gaps), ...coverage.gaps]),
    readByNeither: coverage.neither + compared.reduce((sum, { neither }) => sum + neither, 0),
  }
}

const describeSide = ({ name, snapshot, report }: Side): Difference['a'] => ({
  name,
  takenAt: snapshot.takenAt,
  version: report.cluster.version,
  nodes: report.coverage.nodes,
  read: report.coverage.read,
})

const nodeNames = ({ nodes, cluster }: Snapshot): ReadonlySet<string> =>
  new Set([
    ...nodes.map(({ name }) => name),
    ...(isOk(cluster.nodes) ? cluster.nodes.value.map(({ name }) => name) : []),
  ])

function compareNode(name: string, a: Snapshot, b: Snapshot): Compared {
  const read = { a: find(a, name), b: find(b, name) }
  const api = compareTopics({ a: apiTopics(a, name), b: apiTopics(b, name), node: name })
  if (read.a?.status === 'read' && read.b?.status === 'read') {
    return merged([api, compareTopics({ a: nodeTopics(read.a.parts), b: nodeTopics(read.b.parts), node: name })])
  }
  if (read.a?.status !== 'read' && read.b?.status !== 'read') return merged([api, { ...empty, neither: 1 }])
  const side = read.a?.status === 'read' ? 'b' : 'a'
  return merged([api, { ...empty, gaps: [{ what: 'the node itself', nodes: [name], side, why: whyOf(read[side]) }] }])
}

const empty: Compared = { changes: [], gaps: [], neither: 0 }

const merged = (all: readonly Compared[]): Compared => ({
  changes: all.flatMap(({ changes }) => changes),
  gaps: all.flatMap(({ gaps }) => gaps),
  neither: all.reduce((sum, { neither }) => sum + neither, 0),
})

const find = ({ nodes }: Snapshot, name: string): NodeSnapshot | undefined => nodes.find(node => node.name === name)

const whyOf = (node: NodeSnapshot | undefined): string =>
  node?.status === 'not-read' ? node.why : 'it was not asked for'

const apiTopics = (snapshot: Snapshot, name: string): readonly Topic[] => [
  apiNodeTopic(apiReading(snapshot, name)),
  kubeletTopic(snapshot, name),
]

function apiReading({ cluster }: Snapshot, name: string): Reading<ApiNode> {
  if (!isOk(cluster.nodes)) return cluster.nodes
  const value = cluster.nodes.value.find(node => node.name === name)
  return value ? { status: 'ok', value } : unavailable('not-recorded', `the API has no node ${name}`)
}

/** Merges equal changes on several nodes. */
function overNodes(changes: readonly Change[]): Change[] {
  const groups = new Map<string, Change>()
  for (const change of changes) {
    const key = JSON.stringify([change.topic, change.fact, change.before, change.after])
    const known = groups.get(key)
    groups.set(key, known ? { ...known, nodes: [...known.nodes, ...change.nodes] } : change)
  }
  return [...groups.values()]
}

/** Merges equal gaps on several nodes. */
function gapsOverNodes(gaps: readonly Gap[]): Gap[] {
  const groups = new Map<string, Gap>()
  for (const gap of gaps) {
    const why = gap.nodes.reduce((text, node) => text.replaceAll(`/${node}/`, '/<node>/'), gap.why)
    const key = JSON.stringify([gap.what, gap.side, why])
    const known = groups.get(key)
    groups.set(key, { ...gap, why, nodes: [...new Set([...(known?.nodes ?? []), ...gap.nodes])] })
  }
  return [...groups.values()]
}

/** Versions and nodes first, then kernel and CNI settings, then API objects. */
const topicOrder: readonly string[] = [
  ...['version', 'Node', 'kubeletConfigs', 'kernel', 'runtime', 'kubeProxy', 'cniConfig', 'cniBinaries'],
  ...[
    'links',
    'sysctls',
    'routes',
    'rules',
    'addresses',
    'iptables',
    'modules',
    'firewallServices',
    'security',
    'resolvConf',
  ],
  ...['daemonSets', 'deployments', 'configMaps', 'networkPolicies', 'services', 'endpointSlices'],
]

const rankOf = ({ topic }: Change): number => topicOrder.indexOf(topic.split(' ')[0] ?? '')

const byTopic = (one: Change, other: Change): number =>
  rankOf(one) - rankOf(other) ||
  other.nodes.length - one.nodes.length ||
  (one.fact < other.fact ? -1 : one.fact > other.fact ? 1 : 0)
