import type { Reading } from '../../../shared/reading.ts'
import type { ContainerLog } from '../../cluster/component-logs.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { clusterCheck, type Draft, found, notApplicable } from '../../engine/check.ts'
import { isSilent } from '../../model/api-node.ts'
import { cniComponents, nameOfProduct } from '../../model/cni-products.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { type ComponentId, cniComponentsOf, componentOf } from '../../model/components.ts'
import { type DaemonState, daemonState, lastWords } from '../../model/daemons.ts'
import { type Harm, harmEvidence, harmOn, isHarmed } from '../../model/harm.ts'
import { podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'CNI007',
  severity: 'error',
  title: 'CNI daemon not running on a node',
  explains: ['CNI001', 'CNI009', 'CNI012', 'CNI014', 'POD001', 'POD004', 'POD005', 'NOD001', 'DNS002', 'RTE006'],
  cluster: ['nodes', 'pods', 'daemonSets'],
  wantsCluster: ['events', 'componentLogs'],
  run: ({ cluster: { nodes, pods, daemonSets }, maybeCluster, takenAt }) => {
    const products = cniComponents.map(({ id }) => ({
      id,
      sets: daemonSets.filter(
        ({ labels, containers, name }) => componentOf({ labels, containers, names: [name] })?.id === id,
      ),
    }))
    const present = products.filter(
      ({ id, sets }) => sets.length > 0 || pods.some(pod => cniComponentsOf(pod).includes(id)),
    )
    if (present.length === 0) return notApplicable('no CNI with a daemon is known here')
    const drafts = nodes.filter(isJudged).flatMap(node =>
      present.flatMap(({ id, sets }) => {
        const isPart = (pod: (typeof pods)[number]) => cniComponentsOf(pod).includes(id)
        const state = daemonState(node, { pods, daemonSets: sets, isPart }, takenAt)
        if (state.kind === 'running' || state.kind === 'starting' || state.kind === 'not-wanted') return []
        const harm = harmOn(node.name, { pods: { status: 'ok', value: pods }, events: maybeCluster.events }, takenAt)
        return draft({ node, id, state, harm, logs: maybeCluster.componentLogs, setName: sets[0]?.name ?? id })
      }),
    )
    return found(...drafts)
  },
})

/** The pod states of a node with a silent kubelet are outdated. */
const isJudged = (node: ApiNode) => node.os === 'linux' && !isSilent(node)

type Trouble = Extract<DaemonState, { kind: 'absent' | 'not-ready' | 'broken' }>

interface Case {
  readonly node: ApiNode
  readonly id: ComponentId
  readonly state: Trouble
  readonly harm: Harm
  readonly logs: Reading<readonly ContainerLog[]>
  readonly setName: string
}

function draft({ node, id, state, harm, logs, setName }: Case): Draft {
  const product = nameOfProduct(id)
  const pod = state.kind === 'absent' ? null : state.pod
  const container = state.kind === 'broken' ? state.container : null
  const words = pod && container ? lastWords(logs, { pod, container: container.name }) : null
  const isDown = state.kind === 'broken' || isHarmed(harm)
  return {
    subject: { kind: 'Node', name: node.name },
    key: id,
    severity: isDown ? 'error' : 'warning',
    message: `${product} does not run on ${node.name}: ${words ? `its log ends with "${words}"` : reason(state, setName)}`,
    evidence: [
      {
        at: pod ? `Pod ${podKey(pod)}` : `DaemonSet ${setName}`,
        observed: reason(state, setName),
        expected: 'a ready pod on every node that it selects',
      },
      ...(words && pod ? [{ at: `log of ${podKey(pod)} ${container?.name ?? ''}`.trim(), observed: words }] : []),
      ...harmEvidence(harm),
    ],
    danger: 'pods of this node get no network, and their routes and policies are no longer kept up to date',
    remedies: [
      pod
        ? {
            title: 'read why it fails, then correct that; a deleted pod is made anew',
            commands: [
              onWorkstation(`kubectl -n ${quote(pod.namespace)} describe pod ${quote(pod.name)}`),
              onWorkstation(`kubectl -n ${quote(pod.namespace)} logs ${quote(pod.name)} --all-containers --previous`),
            ],
            risk: 'none',
          }
        : {
            title: 'see why the DaemonSet puts no pod there: node selector, taints, quota',
            commands: [
              onWorkstation(`kubectl describe node ${quote(node.name)}`),
              onWorkstation('kubectl get daemonsets -A'),
            ],
            risk: 'none',
          },
      ...(id === 'cilium' && words && lacksApi.test(words) ? [ownApiAddress] : []),
    ],
    verify: `kubectl netcheck nodes ${quote(node.name)}`,
  }
}

const lacksApi = /(?:dial tcp|Get "?https?:).{0,200}(?:i\/o timeout|no route to host|network is unreachable)/

const ownApiAddress: Draft['remedies'][number] = {
  title:
    'where Cilium replaces kube-proxy: nobody serves the service address of the API before it runs, so give it the API server’s own',
  commands: [
    onWorkstation(
      'helm upgrade cilium cilium/cilium -n kube-system --reuse-values --set k8sServiceHost=<address> --set k8sServicePort=6443',
    ),
  ],
  risk: 'low',
  rollback: 'helm rollback cilium -n kube-system',
}

function reason(state: Trouble, setName: string): string {
  if (state.kind === 'absent') return `DaemonSet ${setName} has no pod there`
  if (state.kind === 'not-ready') return `its pod ${podKey(state.pod)} is not Ready`
  return `pod ${podKey(state.pod)} ${state.container ? '– ' : ''}${state.why}`
}
