import { isOk, type Reading, valueOr } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import type { ConfigMap } from '../../cluster/config-maps.ts'
import type { ApiEvent } from '../../cluster/events.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, type Draft, foundAmong } from '../../engine/check.ts'
import { onWorkstation } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { ageOf, minute } from '../../model/pods.ts'

export default clusterCheck({
  code: 'RTE009',
  severity: 'error',
  title: 'Node without podCIDR',
  explains: ['CNI011', 'CNI007', 'CNI001', 'POD001', 'RTE001', 'RTE006', 'PRX009'],
  cluster: ['nodes'],
  wantsCluster: ['pods', 'events', 'configMaps'],
  run: ({ cluster: { nodes }, maybeCluster: { pods, events, configMaps }, takenAt }) => {
    const without = nodes.filter(
      ({ podCIDRs, createdAt }) => podCIDRs.length === 0 && (ageOf(createdAt, takenAt) ?? 5 * minute) >= 2 * minute,
    )
    const user = userOfRanges(nodes, pods) ?? (takesForCilium(pods, configMaps) ? 'Cilium' : null)
    const drafts = without.flatMap(node => {
      const event = refusalOf(node, events, takenAt)
      return user !== null || event ? [draft(node, { event, user, all: nodes })] : []
    })
    const isCiliumKnown = isOk(configMaps) || !holdsCilium(pods)
    const isKnown = isOk(pods) && isOk(events) && isCiliumKnown
    const names = without.map(({ name }) => name)
    const why =
      'pods, events or the settings of Cilium were not read, so it is not known whether anybody needs the range'
    return foundAmong(drafts, isKnown || names.length === 0 ? [] : [{ nodes: names, why }])
  },
})

/** Who cannot work without the range of its Node; null where nobody is known to need it. */
function userOfRanges(nodes: readonly ApiNode[], pods: Reading<readonly Pod[]>): string | null {
  const list = isOk(pods) ? pods.value : []
  const isFlannel =
    nodes.some(({ annotations }) => annotations['flannel.alpha.coreos.com/kube-subnet-manager'] === 'true') ||
    list.some(
      pod =>
        cniComponentsOf(pod).includes('flannel') &&
        pod.specs.some(({ command }) => command.some(word => /--kube-subnet-mgr(?:=true)?(?:\s|$)/.test(word))),
    )
  if (isFlannel) return 'flannel'
  const held = new Set(list.flatMap(cniComponentsOf))
  return held.has('kindnet') ? 'kindnet' : held.has('kube-router') ? 'kube-router' : null
}

/** Cilium gives ranges itself unless its address management is `kubernetes`. Source: Cilium, option `ipam`. */
const takesForCilium = (pods: Reading<readonly Pod[]>, configMaps: Reading<readonly ConfigMap[]>): boolean => {
  const config = valueOr(configMaps, []).find(({ name }) => name === 'cilium-config')
  const mode = config && isOk(config.data) ? config.data.value.ipam : undefined
  return mode === 'kubernetes' && holdsCilium(pods)
}

const holdsCilium = (pods: Reading<readonly Pod[]>): boolean =>
  valueOr(pods, []).some(pod => cniComponentsOf(pod).includes('cilium'))

const refusalOf = (node: ApiNode, events: Reading<readonly ApiEvent[]>, takenAt: number): ApiEvent | undefined =>
  valueOr(events, []).find(
    ({ reason, object, lastSeen }) =>
      reason === 'CIDRNotAvailable' && object.name === node.name && (ageOf(lastSeen, takenAt) ?? 0) < 60 * minute,
  )

interface Scene {
  readonly event: ApiEvent | undefined
  readonly user: string | null
  readonly all: readonly ApiNode[]
}

function draft(node: ApiNode, { event, user, all }: Scene): Draft {
  const served = all.filter(({ podCIDRs }) => podCIDRs.length > 0).length
  return {
    subject: { kind: 'Node', name: node.name },
    message: `${node.name} was given no range for its pods${event ? ': no range is left' : served === 0 ? ', and no other node either' : ''}`,
    evidence: [
      {
        at: `Node ${node.name}, spec.podCIDRs`,
        observed: `none; ${served} of ${all.length} nodes have one`,
        expected: user === null ? 'a range' : `a range: ${user} takes it from there`,
      },
      ...(event ? [{ at: `Event of Node ${node.name}`, observed: oneLine(event.message, 200) }] : []),
    ],
    danger: 'the CNI’s agent does not start on this node, and no pod gets an address there',
    remedies: [
      event
        ? {
            title:
              'make room: remove Nodes that are gone, or give the controller manager a wider cluster CIDR or smaller ranges',
            commands: [
              onWorkstation('kubectl get nodes -o custom-columns=NAME:.metadata.name,PODS:.spec.podCIDRs'),
              onWorkstation(
                'kubectl -n kube-system get pods -l component=kube-controller-manager -o yaml | grep -E "cluster-cidr|node-cidr-mask"',
              ),
            ],
            risk: 'none',
          }
        : {
            title:
              'let the controller manager give ranges: --allocate-node-cidrs=true and --cluster-cidr as the CNI has it',
            commands: [
              onWorkstation(
                'kubectl -n kube-system get pods -l component=kube-controller-manager -o yaml | grep -E "allocate-node-cidrs|cluster-cidr"',
              ),
            ],
            risk: 'none',
          },
    ],
  }
}
