import type { Evidence } from '../../../shared/finding.ts'
import type { Kubelet } from '../../../shared/node/kubelet.ts'
import type { Links } from '../../../shared/node/links.ts'
import type { Sockets } from '../../../shared/node/sockets.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, type Draft, found, notApplicable } from '../../engine/check.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { isLinkLocal, nodeLocalDns } from '../../model/node-local-dns.ts'
import { isStarting, livePodsOn, podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'DNS015',
  severity: 'error',
  title: 'NodeLocal DNSCache broken',
  explains: ['DNS017'],
  wants: ['kubelet', 'links', 'sockets'],
  cluster: ['pods', 'nodes', 'daemonSets'],
  decisive: ['kubelet', 'links', 'sockets'],
  run: ({ cluster, nodes, takenAt }) => {
    const cache = nodeLocalDns(cluster.daemonSets)
    const drafts = cluster.nodes.flatMap(({ name }) => {
      const parts = nodes.get(name)
      const told = parts ? givenTo(parts.kubelet) : []
      const address = told.find(isLinkLocal) ?? cache?.addresses.find(isLinkLocal) ?? leftBehind(parts?.links)
      if (!parts || address === undefined) return []
      const pod = livePodsOn(cluster.pods, name).find(
        ({ owner }) => cache !== null && owner?.kind === 'DaemonSet' && owner.name === cache.daemonSet.name,
      )
      if (pod && isStarting(pod, takenAt)) return []
      const state = { address, isAsked: told.includes(address), pod, ...stateOf(parts, address, pod) }
      return isBroken(state) ? [draft(name, state)] : []
    })
    if (drafts.length === 0 && cache === null) return notApplicable('no cache of DNS runs on the nodes')
    return found(...drafts)
  },
})

const givenTo = (kubelet: Reading<Kubelet>): readonly string[] =>
  isOk(kubelet) && isOk(kubelet.value.config) ? kubelet.value.config.value.clusterDNS : []

/** The address on the cache's device, which remains when the cache is removed. */
const leftBehind = (links: Reading<Links> | undefined): string | undefined =>
  (links && isOk(links) ? links.value.links : [])
    .filter(({ name }) => /^nodelocaldns/.test(name))
    .flatMap(({ addresses }) => addresses.map(each => each.replace(/\/\d+$/, '')))
    .find(isLinkLocal)

interface State {
  readonly address: string
  /** Whether the kubelet configures it in pods. */
  readonly isAsked: boolean
  readonly pod: Pod | undefined
  /** Name of the device with the address; null when none has it or addresses were not read. */
  readonly device: string | null
  /** Null when sockets were not read completely. */
  readonly listens: boolean | null
  /** Who takes the port at every address, and so keeps the cache from it. */
  readonly stranger: string | null
}

const nameOf = ({ owner }: Sockets['listeners'][number]): string => (isOk(owner) ? owner.value.name : 'another program')

function stateOf(
  { links, sockets }: { readonly links: Reading<Links>; readonly sockets: Reading<Sockets> },
  address: string,
  pod: Pod | undefined,
): Pick<State, 'device' | 'listens' | 'stranger'> {
  const all = isOk(links) ? links.value.links : []
  const device = all.find(({ addresses }) => addresses.some(each => each.split('/')[0] === address))?.name ?? null
  if (!isOk(sockets)) return { device, listens: null, stranger: null }
  const { listeners, complete } = sockets.value
  const ofDns = listeners.filter(({ port }) => port === 53)
  if (ofDns.some(each => each.address === address)) return { device, listens: true, stranger: null }
  const wide = ofDns.find(each => ['0.0.0.0', '::'].includes(each.address))
  // The cache itself listens at its addresses alone: what takes all of them keeps it from its own.
  if (wide && pod && !pod.ready)
    return { device, listens: false, stranger: `${nameOf(wide)} listens at ${wide.address}:53` }
  return { device, listens: wide !== undefined || (complete ? false : null), stranger: null }
}

/**
 * Whether pods use the address, by the kubelet's settings or because a device here intercepts it, but nothing answers.
 */
const isBroken = ({ isAsked, device, listens, pod }: State): boolean =>
  (isAsked || device !== null) && (listens === null ? !pod?.ready : !listens)

function draft(node: string, { address, device, listens, stranger, pod, isAsked }: State): Draft {
  const evidence: Evidence[] = [
    ...(device === null ? [] : [{ at: `${node}: device ${device}`, observed: `has ${address}` }]),
    ...(isAsked ? [{ at: `${node}: clusterDNS of the kubelet`, observed: address }] : []),
    ...(listens === false
      ? [{ at: `${node}: sockets`, observed: stranger ?? `nobody listens at ${address}:53`, expected: 'node-cache' }]
      : []),
    {
      at: pod ? `Pod ${podKey(pod)}` : `pods of ${node}`,
      observed: pod ? (pod.ready ? 'ready' : 'not ready') : 'no pod of the cache runs here',
      expected: 'a ready pod of the cache',
    },
  ]
  return {
    subject: { kind: 'Node', name: node },
    message: `pods of ${node} ask ${address} for names, where no cache of DNS answers`,
    evidence,
    danger: 'pods of this node resolve nothing, although the cluster’s DNS works',
    remedies: [
      {
        title:
          'bring the pod of the cache back; where it is gone for good, remove its device and its address from clusterDNS',
        commands: [
          onWorkstation(
            pod
              ? `kubectl -n ${quote(pod.namespace)} delete pod ${quote(pod.name)}`
              : 'kubectl get daemonsets -A -o wide | grep -i node-cache',
          ),
          ...(device === null ? [] : [onNode(`ip link show ${quote(device)}   # then: ip link del ${quote(device)}`)]),
        ],
        risk: 'low',
        rollback: 'the DaemonSet makes pod and device again',
      },
    ],
  }
}
