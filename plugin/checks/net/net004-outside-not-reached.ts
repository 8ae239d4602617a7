import { clusterCheck, type Draft } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { evidenceOf, judgeProbes, type Probed } from '../../model/probe-results.ts'

export default clusterCheck({
  code: 'NET004',
  severity: 'warning',
  title: 'Outside address not reached from pods',
  explains: [],
  cluster: [],
  wants: ['probes'],
  run: ({ nodes }) =>
    judgeProbes(nodes, ['outside'], probed =>
      probed
        .filter(({ target, answer }) => target.pod !== null && answer.outcome !== 'connected')
        .map(path => draft(path, probed.find(isSameFromNode(path)))),
    ),
})

const isSameFromNode =
  ({ node, target: { address, port } }: Probed) =>
  (other: Probed): boolean =>
    other.node === node && other.target.pod === null && other.target.address === address && other.target.port === port

function draft(path: Probed, fromNode: Probed | undefined): Draft {
  const { node, target } = path
  const isOfPods = fromNode?.answer.outcome === 'connected'
  return {
    subject: { kind: 'Node', name: node },
    key: `${target.address}-${target.port}`,
    severity: isOfPods ? 'warning' : 'info',
    message: `a pod on ${node} does not reach ${target.address}, port ${target.port}: ${
      isOfPods
        ? 'the node itself does, so it is the pods’ way out or their translated address'
        : 'the node itself does not either'
    }`,
    evidence: [path, ...(fromNode ? [fromNode] : [])].map(one => evidenceOf(one, 'a connection')),
    danger: 'programs in pods there cannot use what lies outside of the cluster',
    remedies: [
      {
        title: 'see under which source address packets of pods leave',
        commands: [
          onNode(`ip route get ${target.address}`),
          onNode('iptables-save -t nat | grep -E "MASQUERADE|SNAT"'),
          onNode(`timeout 10 tcpdump -ni any 'host ${target.address}'`),
        ],
        risk: 'none',
      },
    ],
    verify: `kubectl netcheck check --probe --probe-outside ${target.address.includes(':') ? `[${target.address}]` : target.address}:${target.port} --only NET004`,
  }
}
