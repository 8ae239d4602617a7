import { isMissing, isOk } from '../../../shared/reading.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import {
  type ClusterInput,
  clusterCheck,
  type Draft,
  found,
  notApplicable,
  notRun,
  passed,
} from '../../engine/check.ts'
import { conditionOf } from '../../model/api-node.ts'
import { installedCnis, isKubenet, lacksNetwork } from '../../model/cni-presence.ts'
import { onNode, onWorkstation } from '../../model/command.ts'
import { isBroken, networkReady } from '../../model/effective-config.ts'
import { type Harm, harmEvidence, harmOn } from '../../model/harm.ts'

type Input = ClusterInput<'cniConfig' | 'runtime' | 'kubelet', 'nodes' | 'pods' | 'daemonSets', 'events'>

export default clusterCheck({
  code: 'CNI008',
  severity: 'error',
  title: 'No CNI installed',
  explains: ['CNI001', 'CNI009', 'NOD001', 'NOD006', 'POD001', 'DNS002'],
  wants: ['cniConfig', 'runtime', 'kubelet'],
  cluster: ['nodes', 'pods', 'daemonSets'],
  wantsCluster: ['events'],
  run: input => {
    const { daemonSets, pods } = input.cluster
    const nodes = input.cluster.nodes.filter(({ os }) => os === 'linux')
    if (nodes.length === 0) return notApplicable('there is no node')
    if (installedCnis(daemonSets, pods).length > 0) return passed
    const judged = nodes.map(node => judge(node, input))
    if (judged.some(({ network }) => network === 'there')) return passed
    const without = judged.filter(({ network }) => network === 'none')
    const isOpen = judged.some(({ network, node }) => network === 'unknown' && isReady(node))
    if (without.length > 0 && !isOpen) return found(draft(without, judged.length))
    return notRun('no CNI has a DaemonSet, and whether the nodes have a network of their own is not known')
  },
})

const isReady = (node: ApiNode) => conditionOf(node, 'Ready')?.status === 'True'

interface Judgement {
  readonly node: ApiNode
  readonly network: 'there' | 'none' | 'unknown'
  /** The place for evidence: the directory, or a description when it is unknown. */
  readonly place: string
  readonly harm: Harm
}

function judge(node: ApiNode, input: Input): Judgement {
  const { cluster, maybeCluster, takenAt } = input
  const harm = harmOn(node.name, { pods: { status: 'ok', value: cluster.pods }, ...maybeCluster }, takenAt)
  const parts = input.nodes.get(node.name)
  const config = parts && isOk(parts.cniConfig) ? parts.cniConfig.value : null
  const hasFile = config && isOk(config.files) && config.files.value.some(file => !isBroken(file))
  const hasOther = parts && (isKubenet(parts.kubelet) || networkReady(parts.runtime) === true)
  if (hasFile || hasOther) return { node, network: 'there', place: '', harm }
  const isUnready = lacksNetwork(node) || (parts && networkReady(parts.runtime) === false)
  const waits = harm.failures.some(({ cause }) => cause === 'not-initialised')
  const isLooked = config !== null && (isOk(config.files) || isMissing(config.files))
  const place = isLooked ? `${node.name}:${config.directory.path}` : `Node ${node.name}`
  if (isUnready || waits) return { node, network: 'none', place, harm }
  // A ready node that was not read may have a network that the API does not show.
  return { node, network: 'unknown', place, harm }
}

function draft(without: readonly Judgement[], all: number): Draft {
  const isComplete = without.length === all
  const named = without.slice(0, 5).map(({ place, node }) => ({
    at: place,
    observed: place.startsWith('Node ') ? conditionText(node) : 'no configuration of a network',
    expected: 'the configuration that a CNI writes',
  }))
  const harmed = without.find(({ harm }) => harm.failures.length > 0 || harm.waiting.length > 0)
  return {
    subject: { kind: 'Cluster', name: 'cluster' },
    confidence: isComplete ? 'certain' : 'likely',
    message: `no CNI is installed in this cluster: none has a DaemonSet, and ${without.length} of ${all} nodes have no network`,
    evidence: [
      { at: 'API: DaemonSets and Pods', observed: 'none of a known CNI, and none that writes CNI files' },
      ...named,
      ...(harmed ? harmEvidence(harmed.harm) : []),
    ],
    danger: 'nodes stay NotReady, and no pod with a network of its own can start, DNS included',
    remedies: [
      {
        title: 'install one CNI whose range fits the podCIDRs of the nodes; each project’s page names its manifest',
        commands: [
          onWorkstation(
            "kubectl get nodes -o custom-columns='NAME:.metadata.name,CIDR:.spec.podCIDR,READY:.status.conditions[-1].message'",
          ),
          onWorkstation('kubectl apply -f <manifest of the CNI>'),
        ],
        risk: 'low',
        rollback: 'kubectl delete -f the same manifest, and remove its files from /etc/cni/net.d',
      },
      {
        title: 'where a CNI was installed outside of Kubernetes: see why it left no file',
        commands: [onNode('ls -l /etc/cni/net.d /opt/cni/bin')],
        risk: 'none',
      },
    ],
  }
}

const conditionText = (node: ApiNode) => conditionOf(node, 'Ready')?.message ?? 'pods wait for a network'
