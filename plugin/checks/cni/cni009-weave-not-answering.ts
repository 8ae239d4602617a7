import { isOk } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { apiNode } from '../../model/api-node.ts'
import { servesPods } from '../../model/cni-products.ts'
import { onNode, onWorkstation } from '../../model/command.ts'
import { harmOn } from '../../model/harm.ts'
import { podKey } from '../../model/pods.ts'

export default nodeCheck({
  code: 'CNI009',
  severity: 'error',
  title: 'Weave Net does not answer',
  explains: ['POD001', 'POD004'],
  needs: [],
  wants: ['cniConfig', 'runtime', 'hostLogs', 'weave'],
  wantsCluster: ['nodes', 'pods', 'events'],
  decisive: ['hostLogs'],
  run: ({ node, maybe, maybeCluster, takenAt }) => {
    const { failures, known } = harmOn(node, maybeCluster, takenAt)
    const { cniConfig, runtime, hostLogs, weave } = maybe
    // It answers now; earlier failures are over.
    if (isOk(weave) && isOk(weave.value.status)) return passed
    const [failure] = failures.filter(({ text }) => refused.test(text))
    if (failure)
      return found(draft(node, { at: `Event of Pod ${podKey(failure.pod)}`, line: failure.text, severity: 'error' }))
    if (!isOk(cniConfig)) return notRun(cniConfig.detail)
    const own = apiNode(maybeCluster.nodes, node)
    const serves = servesPods('weave', { config: cniConfig.value, runtime, node: own })
    if (!isOk(serves)) return notRun(serves.detail)
    const logs = isOk(hostLogs) ? hostLogs.value.logs : []
    const lines = logs.flatMap(({ source, entries }) =>
      isOk(entries) ? entries.value.map(({ message }) => ({ at: `${node}: ${source}`, line: message })) : [],
    )
    const release = lines.filter(({ line }) => refused.test(line) && /release IP|Delete|\(delete\)/i.test(line)).at(-1)
    if (release) return found(draft(node, { ...release, severity: 'warning' }))
    if (!serves.value) return notApplicable('Weave Net serves no pods here')
    return known ? passed : notRun('pods or events not read, so it is not known whether Weave Net refuses them')
  },
})

/** Address of the daemon, which Weave's plugin connects to. */
const refused = /127\.0\.0\.1:6784\b.*(?:connection refused|i\/o timeout|deadline exceeded)/i

interface Failure {
  readonly at: string
  readonly line: string
  readonly severity: 'error' | 'warning'
}

const draft = (node: string, { at, line, severity }: Failure): Draft => ({
  severity,
  message: `Weave Net's daemon on ${node} does not answer its plugin at 127.0.0.1:6784`,
  evidence: [{ at, observed: oneLine(line, 240), expected: 'an answer' }],
  danger:
    severity === 'error'
      ? 'no pod gets a network there, and none gives its address back'
      : 'pods that end do not give their addresses back',
  remedies: [
    {
      title:
        'see whether the daemon runs and what its log says; where Weave Net was removed, remove its configuration too',
      commands: [
        onWorkstation('kubectl -n kube-system get pods -l name=weave-net -o wide'),
        onNode('curl -sS http://127.0.0.1:6784/status'),
        onNode('ls /etc/cni/net.d'),
      ],
      risk: 'none',
    },
  ],
})
