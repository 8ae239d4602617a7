import { oneLine } from '../../../shared/text.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { podKey } from '../../model/pods.ts'
import { isNetworkFailure, recentFailures, type SandboxFailure } from '../../model/sandbox-failures.ts'

export default clusterCheck({
  code: 'POD002',
  severity: 'warning',
  title: 'Sandbox creation fails, not for the network',
  explains: [],
  cluster: ['pods', 'events'],
  run: ({ cluster: { pods, events }, takenAt }) => {
    const names = [...new Set(pods.flatMap(({ node }) => node ?? []))].sort()
    const drafts = names.flatMap(node => {
      const others = recentFailures(node, { events, pods }, takenAt).filter(failure => !isNetworkFailure(failure))
      return others.length > 0 ? [draft(node, others)] : []
    })
    return found(...drafts)
  },
})

/** The runtime's words, without the steps that led there; what failed stands at their end. */
function reasonOf(text: string): string {
  const said = oneLine(text, 2000).replace(/^.*?failed to start sandbox "[^"]*": /, '')
  return said.length <= mostWords ? said : `${said.slice(0, mostWords / 2)} … ${said.slice(-mostWords / 2)}`
}

const mostWords = 160

const draft = (node: string, failures: readonly SandboxFailure[]): Draft => ({
  subject: { kind: 'Node', name: node },
  message: `${failures.length === 1 ? 'a pod' : `${failures.length} pods`} on ${node} cannot start, not for the network but: ${reasonOf(failures[0]?.text ?? '')}`,
  evidence: failures.slice(0, 3).map(({ pod, reason, text, count }) => ({
    at: `Event of Pod ${podKey(pod)}`,
    observed: `${reason} ×${count}: ${text.slice(0, 400)}`,
  })),
  danger: 'these pods do not start; looking for the cause in the network would cost time',
  remedies: [
    {
      title: 'ask the runtime and the kubelet of the node',
      commands: [
        onWorkstation(`kubectl get events -A --field-selector reason=${quote(failures[0]?.reason ?? '')}`),
        onNode('journalctl -u kubelet -u containerd -u crio --since -15min -p warning --no-pager | tail -50'),
      ],
      risk: 'none',
    },
  ],
})
