import { isOk } from '../../../shared/reading.ts'
import { type ClusterInput, clusterCheck, type Draft, foundAmong, type Undecided } from '../../engine/check.ts'
import { nameOfProduct } from '../../model/cni-products.ts'
import { harmOn } from '../../model/harm.ts'
import { findLeftover, type Leftover } from '../../model/leftover-configs.ts'
import { leftoverEvidence, leftoverRemedies } from '../../model/leftover-remedies.ts'

type Input = ClusterInput<'cniConfig' | 'runtime' | 'processes', 'nodes' | 'pods' | 'daemonSets', 'events'>

export default clusterCheck({
  code: 'CNI005',
  severity: 'error',
  title: 'CNI configuration left behind',
  explains: ['POD001', 'CNI009', 'CNI014', 'CNI012', 'CNI003', 'CNI015', 'IPM008'],
  wants: ['cniConfig', 'runtime', 'processes'],
  cluster: ['nodes', 'pods', 'daemonSets'],
  wantsCluster: ['events'],
  run: input => {
    const judged = input.cluster.nodes.filter(({ os }) => os === 'linux').map(node => judge(node, input))
    const leftovers = judged.flatMap(({ leftover }) => leftover ?? [])
    const isOne = new Set(leftovers.map(({ product }) => product)).size === 1
    const isAll = isOne && leftovers.length > 1 && leftovers.length === judged.length
    const drafts = isAll ? [draftAll(leftovers)] : leftovers.map(draftOne)
    return foundAmong(
      drafts,
      judged.flatMap(({ undecided }) => undecided ?? []),
    )
  },
})

interface Judgement {
  readonly leftover?: Leftover | null
  readonly undecided?: Undecided
}

function judge(node: Input['cluster']['nodes'][number], input: Input): Judgement {
  const { cluster, maybeCluster, nodes, notRead, takenAt } = input
  const parts = nodes.get(node.name)
  const unknown = (why: string) => ({ undecided: { nodes: [node.name], why } })
  const why = notRead.get(node.name)
  // A node that was not requested is not an open question.
  if (!parts) return why === undefined ? {} : unknown(why)
  if (!isOk(parts.cniConfig)) return unknown(parts.cniConfig.detail)
  const harm = harmOn(node.name, { pods: { status: 'ok', value: cluster.pods }, ...maybeCluster }, takenAt)
  const found = findLeftover({ node, ...parts, config: parts.cniConfig.value, ...cluster, harm }, takenAt)
  return isOk(found) ? { leftover: found.value } : unknown(found.detail)
}

const draftOne = (leftover: Leftover): Draft => ({
  ...draft([leftover]),
  subject: { kind: 'Node', name: leftover.node },
  message: `${leftover.node} is still configured for ${nameOfProduct(leftover.product)} by ${pathOf(leftover)}, but ${absence(leftover)}`,
})

function draftAll(leftovers: readonly Leftover[]): Draft {
  const [first] = leftovers
  const product = first ? nameOfProduct(first.product) : ''
  const path = first ? pathOf(first) : ''
  return {
    ...draft(leftovers),
    subject: { kind: 'Cluster', name: 'cluster' },
    message: `all ${leftovers.length} nodes are still configured for ${product} by ${path}, but ${product} is not installed in this cluster`,
  }
}

function draft(leftovers: readonly Leftover[]): Omit<Draft, 'subject' | 'message'> {
  const isFelt = leftovers.some(({ failures }) => failures.length > 0)
  return {
    severity: isFelt ? 'error' : 'warning',
    evidence: leftoverEvidence(leftovers),
    danger: 'no new pod gets a network there: the plugin asks a daemon that does not run',
    remedies: leftoverRemedies(leftovers),
  }
}

const pathOf = ({ directory, file }: Leftover) => `${directory}/${file.name}`

const absence = ({ product, runsElsewhere }: Leftover) =>
  runsElsewhere
    ? `no daemon of ${nameOfProduct(product)} is meant to run there`
    : `${nameOfProduct(product)} is not installed in this cluster`
