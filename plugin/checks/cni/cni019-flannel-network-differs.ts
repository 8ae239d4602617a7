import * as z from 'zod/mini'
import { parseJsonWith } from '../../../shared/formats/parse-json.ts'
import { type Network, parseNetwork } from '../../../shared/ip.ts'
import { isMissing, isOk, type Reading } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import type { ConfigMap } from '../../cluster/config-maps.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { clusterCheck, type Draft, found, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { type Complaint, daemonComplaints } from '../../model/daemon-logs.ts'
import { isLive } from '../../model/pods.ts'

export default clusterCheck({
  code: 'CNI019',
  severity: 'error',
  title: 'flannel network differs from podCIDRs',
  explains: ['RTE001', 'CNI007', 'CNI011'],
  cluster: ['nodes', 'pods', 'configMaps'],
  wantsCluster: ['componentLogs'],
  run: ({ cluster: { nodes, pods, configMaps }, maybeCluster, takenAt }) => {
    const daemons = pods.filter(pod => isLive(pod) && cniComponentsOf(pod).includes('flannel'))
    if (daemons.length === 0) return notApplicable('flannel does not run here')
    const mounted = new Set(
      daemons.flatMap(({ namespace, volumes }) => volumes.map(({ configMap }) => `${namespace}/${configMap?.name}`)),
    )
    const own = configMaps.filter(({ namespace, name }) => mounted.has(`${namespace}/${name}`))
    const unread = own.find(({ data }) => !isOk(data) && !isMissing(data))
    if (unread && !isOk(unread.data)) return notRun(unread.data.detail)
    const complaint = daemonComplaints({ pods, ...maybeCluster }, takenAt).findLast(
      ({ kind }) => kind === 'range-mismatch',
    )
    for (const configMap of own) {
      const read = readNetworks(configMap)
      if (read && !isOk(read)) return notRun(read.detail)
      const strays = read ? nodes.flatMap(node => straysOf(node, read.value)) : []
      if (read && strays.length > 0) return found(draft({ configMap, texts: read.value, strays, complaint }))
    }
    return own.some(configMap => readNetworks(configMap) !== null)
      ? passed
      : notApplicable('flannel reads its network from elsewhere')
  },
})

const schema = z.object({ Network: z.optional(z.string()), IPv6Network: z.optional(z.string()) })

/** Networks in flannel's `net-conf.json`; null for a ConfigMap without it. */
function readNetworks({ name, data }: ConfigMap): Reading<readonly string[]> | null {
  const text = isOk(data) ? data.value['net-conf.json'] : undefined
  if (text === undefined) return null
  const parsed = parseJsonWith(schema, { text, what: `net-conf.json of ${name}` })
  if (!isOk(parsed)) return parsed
  return { status: 'ok', value: [parsed.value.Network, parsed.value.IPv6Network].filter(each => each !== undefined) }
}

interface Stray {
  readonly node: string
  readonly podCIDR: string
}

/** Ranges of a Node outside of all flannel networks; families that flannel does not serve are ignored. */
function straysOf({ name, podCIDRs }: ApiNode, texts: readonly string[]): readonly Stray[] {
  const networks = texts.flatMap(text => parseNetwork(text) ?? [])
  return podCIDRs.flatMap(podCIDR => {
    const range = parseNetwork(podCIDR)
    const rivals = networks.filter(({ family }) => family === range?.family)
    return range && rivals.length > 0 && !rivals.some(network => holds(network, range)) ? [{ node: name, podCIDR }] : []
  })
}

const holds = (outer: Network, inner: Network) => outer.first <= inner.first && inner.last <= outer.last

interface Case {
  readonly configMap: ConfigMap
  readonly texts: readonly string[]
  readonly strays: readonly Stray[]
  readonly complaint: Complaint | undefined
}

function draft({ configMap: { namespace, name }, texts, strays, complaint }: Case): Draft {
  const networks = oneLine(texts.join(', '), 80)
  return {
    subject: { kind: 'Cluster', name: 'cluster' },
    message: `flannel’s network ${networks} does not hold the podCIDRs of ${strays.length} nodes, such as ${strays[0]?.podCIDR} of ${strays[0]?.node}`,
    evidence: [
      { at: `ConfigMap ${namespace}/${name}: net-conf.json`, observed: networks, expected: 'the cluster CIDR' },
      ...strays.slice(0, 5).map(({ node, podCIDR }) => ({ at: `Node ${node}`, observed: `podCIDR ${podCIDR}` })),
      ...(complaint ? [{ at: complaint.line.source, observed: oneLine(complaint.line.text, 240) }] : []),
    ],
    danger:
      'new releases of flannel refuse to start; with older ones rules and routes are made for another range, and pods on other nodes are not reached',
    remedies: [
      {
        title: 'set Network to the controller manager’s --cluster-cidr, then start flannel again on all nodes',
        commands: [
          onWorkstation(
            'kubectl -n kube-system get pods -l component=kube-controller-manager -o yaml | grep cluster-cidr',
          ),
          onWorkstation(`kubectl -n ${quote(namespace)} edit configmap ${quote(name)}`),
          onWorkstation(`kubectl -n ${quote(namespace)} rollout restart daemonset -l app=flannel`),
        ],
        risk: 'disruptive',
        rollback: 'put the former Network back and restart again',
      },
    ],
  }
}
