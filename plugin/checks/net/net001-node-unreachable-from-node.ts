import { clusterCheck } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { groupLost, type LostPaths } from '../../model/lost-paths.ts'
import { evidenceOf, isLost, judgeProbes, type Probed } from '../../model/probe-results.ts'

export default clusterCheck({
  code: 'NET001',
  severity: 'error',
  title: 'Node not reachable from other nodes',
  explains: ['NOD003', 'NET002', 'NET003', 'DNS016', 'DNS017'],
  cluster: [],
  wants: ['probes'],
  run: ({ nodes }) =>
    judgeProbes(nodes, ['node', 'pod'], probed => {
      const lost = probed.filter(path => path.target.purpose === 'node' && isLost(path))
      return groupLost(lost).map(group => draft(group, probed))
    }),
})

function draft({ subject, way, paths }: LostPaths, probed: readonly Probed[]) {
  const first = paths[0]?.target
  // A firewall may reserve the kubelet's port for the control plane; pods then still reach each other.
  const isPortOnly = paths.every(path => probed.some(other => isSamePath(path, other) && !isLost(other)))
  return {
    subject,
    key: [...new Set(paths.map(({ node, target }) => `${node}-${target.node}`))].sort().slice(0, 4).join('.'),
    severity: isPortOnly ? ('info' as const) : ('error' as const),
    message: isPortOnly
      ? `the kubelet’s port does not answer ${way}, while pods on the same nodes reach each other`
      : `no connection ${way}: the kubelet’s port does not answer in ${paths.length} of the directions that were tried`,
    evidence: paths.slice(0, 6).map(path => evidenceOf(path, 'a connection, or a refusal by the node')),
    danger: 'logs, exec and metrics of a node take this way, and often pods and overlays take the same one',
    remedies: [
      {
        title: 'see whether the packets arrive at the other node, and which rule or device drops them',
        commands: [
          onNode(`timeout 5 bash -c '</dev/tcp/${first?.address}/${first?.port}' && echo open || echo closed`),
          onNode(`timeout 10 tcpdump -ni any 'tcp port ${first?.port} and tcp[tcpflags] & tcp-syn != 0'`),
        ],
        risk: 'none' as const,
      },
    ],
    verify: 'kubectl netcheck check --probe --only NET001',
  }
}

const isSamePath = (a: Probed, b: Probed): boolean =>
  b.target.purpose === 'pod' && a.node === b.node && a.target.node === b.target.node
