import type { Evidence } from '../../../shared/finding.ts'
import type { Links } from '../../../shared/node/links.ts'
import type { Overlays } from '../../../shared/node/overlays.ts'
import type { Routes } from '../../../shared/node/routes.ts'
import { largeQueryBytes } from '../../../shared/protocol/probes.ts'
import { isOk, type Part, type Reading, valueOr } from '../../../shared/reading.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { clusterCheck, type Draft, foundAmong, notApplicable } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { groupLost, type LostPaths } from '../../model/lost-paths.ts'
import { compareSizes, type LostSize } from '../../model/lost-sizes.ts'
import { mtuOf } from '../../model/path-mtu.ts'
import { evidenceOf, isProbed, notProbed } from '../../model/probe-results.ts'

export default clusterCheck({
  code: 'NET005',
  severity: 'error',
  title: 'Large packets vanish between nodes',
  explains: [],
  cluster: [],
  wantsCluster: ['nodes'],
  wants: ['probes', 'links', 'routes', 'overlays'],
  run: ({ nodes, maybeCluster }) => {
    if (!isProbed(nodes)) return notProbed
    const { asked, lost, undecided } = compareSizes(nodes)
    if (asked === 0) return notApplicable('no node had a DNS pod on another node to ask')
    const groups = groupLost(lost.map(({ large }) => large))
    return foundAmong(
      groups.map(group => draft(group, lost, mtuEvidence(group, nodes, maybeCluster.nodes))),
      undecided,
    )
  },
})

type Parts = ReadonlyMap<string, { links: Part<Links>; routes: Part<Routes>; overlays: Part<Overlays> }>

/** MTUs of the nodes at both ends, as far as they were read. */
function mtuEvidence({ paths }: LostPaths, parts: Parts, nodes: Reading<readonly ApiNode[]>): readonly Evidence[] {
  const ends = new Set(paths.flatMap(({ node, target }) => [node, target.node]))
  return valueOr(nodes, []).flatMap(node => {
    const own = parts.get(node.name)
    if (!ends.has(node.name) || !own || !isOk(own.links) || !isOk(own.routes)) return []
    const overlays = isOk(own.overlays) ? own.overlays.value : null
    const mtu = mtuOf({ node, links: own.links.value, routes: own.routes.value, overlays })
    const devices = mtu ? [mtu.uplink, mtu.overlay, mtu.pods] : []
    return devices.flatMap(device =>
      device ? [{ at: `${node.name}:/sys/class/net/${device.name}/mtu`, observed: String(device.mtu) }] : [],
    )
  })
}

function draft({ subject, way, paths }: LostPaths, lost: readonly LostSize[], mtus: readonly Evidence[]): Draft {
  const own = lost.filter(({ large }) => paths.includes(large))
  return {
    subject,
    key: [...new Set(paths.map(({ node, target }) => `${node}-${target.node}`))].sort().slice(0, 4).join('.'),
    confidence: 'likely',
    message: `packets of full size get lost ${way}: a short DNS query over TCP is answered, and the same in ${largeQueryBytes} bytes is not`,
    evidence: [
      ...own
        .slice(0, 3)
        .flatMap(({ small, large }) => [
          evidenceOf(small, 'an answer'),
          evidenceOf(large, 'an answer, as to the short one'),
        ]),
      ...mtus.slice(0, 8),
    ],
    danger:
      'connections open and then hang as soon as much is sent: TLS handshakes, uploads, logs and downloads between these nodes',
    remedies: remediesFor(paths[0]?.target.address ?? ''),
    verify: 'kubectl netcheck check --probe --only NET005',
  }
}

function remediesFor(address: string): Draft['remedies'] {
  const isSix = address.includes(':')
  const [tables, icmp] = isSix
    ? ['ip6tables', '-p icmpv6 --icmpv6-type packet-too-big']
    : ['iptables', '-p icmp --icmp-type fragmentation-needed']
  const clamp = `POSTROUTING -d ${address} -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1160`
  return [
    {
      title: 'find the largest size that passes; the path takes 28 bytes more, over IPv6 48',
      commands: [
        onNode(
          `for size in 8972 1472 1422 1402 1372 1322 1272 1232; do ping -c 1 -W 1 -M do -s $size ${address} >/dev/null && echo $size passes; done`,
        ),
        onNode('ip -d link'),
      ],
      risk: 'none',
    },
    {
      title: 'lower the MTU of pods in the CNI’s configuration to what the path takes, and make the pods anew',
      commands: [onNode('grep -rn mtu /etc/cni/net.d/')],
      risk: 'disruptive',
      rollback: 'put the old value back, and make the pods anew',
    },
    {
      title: 'or let the messages through that tell senders the size, in firewalls between the nodes too',
      commands: [onNode(`${tables} -I INPUT ${icmp} -j ACCEPT`), onNode(`${tables} -I FORWARD ${icmp} -j ACCEPT`)],
      risk: 'low',
      rollback: `${tables} -D INPUT ${icmp} -j ACCEPT; ${tables} -D FORWARD ${icmp} -j ACCEPT`,
    },
    {
      title: 'until then, make new TCP connections send less; without -d for all of them',
      commands: [onNode(`${tables} -t mangle -A ${clamp}`)],
      risk: 'low',
      rollback: `${tables} -t mangle -D ${clamp}`,
    },
  ]
}
