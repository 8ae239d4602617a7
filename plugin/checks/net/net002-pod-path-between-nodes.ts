import { clusterCheck, type Draft } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { groupLost, type LostPaths } from '../../model/lost-paths.ts'
import { evidenceOf, isLost, judgeProbes } from '../../model/probe-results.ts'

export default clusterCheck({
  code: 'NET002',
  severity: 'error',
  title: 'Pods of different nodes not connected',
  explains: ['NET003', 'DNS016', 'DNS017'],
  cluster: [],
  wants: ['probes'],
  run: ({ nodes }) => judgeProbes(nodes, ['pod'], probed => groupLost(probed.filter(isLost)).map(draft)),
})

function draft({ subject, way, paths }: LostPaths): Draft {
  const first = paths[0]?.target
  return {
    subject,
    key: [...new Set(paths.map(({ node, target }) => `${node}-${target.node}`))].sort().slice(0, 4).join('.'),
    // A CNI-specific policy may forbid it; those are not read.
    confidence: 'likely',
    message: `pods get no connection ${way}`,
    evidence: paths.slice(0, 6).map(path => evidenceOf(path, 'a connection, or a refusal by the pod')),
    danger: 'whatever talks to a pod on the other node fails, services and DNS included',
    remedies: [
      {
        title: 'follow a packet: at which device of which node is it seen last',
        commands: [
          onNode(`ip route get ${first?.address}`),
          onNode(`timeout 10 tcpdump -ni any 'host ${first?.address} and port ${first?.port}'`),
        ],
        risk: 'none',
      },
    ],
    verify: 'kubectl netcheck check --probe --only NET002',
  }
}
