import { clusterCheck, type Draft, found, passed } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { proxyLogs } from '../../model/kube-proxy-logs.ts'
import { complaints, type ProxyComplaint, proxyDraft } from '../../model/proxy-log-draft.ts'

export default clusterCheck({
  code: 'PRX004',
  severity: 'warning',
  title: 'kube-proxy goes by a name that no Node has',
  explains: ['SVC005', 'PRX001', 'POD005'],
  cluster: ['pods', 'nodes', 'componentLogs'],
  run: ({ cluster: { pods, nodes, componentLogs }, takenAt }) => {
    const names = new Set(nodes.map(({ name }) => name))
    const logs = proxyLogs({ pods, componentLogs: { status: 'ok', value: componentLogs } }, takenAt)
    const wrong = complaints(logs, text => {
      const name = nameIn(text)
      return name !== null && !names.has(name)
    })
    return wrong.length > 0 ? found(...wrong.map(draft)) : passed
  },
})

const unknownName = /nodes? "(?<name>[^"]+)" not found|unable to get node IP for hostname (?<host>\S+)/

function nameIn(text: string): string | null {
  const groups = unknownName.exec(text)?.groups
  return groups?.name ?? groups?.host ?? null
}

function draft(complaint: ProxyComplaint): Draft {
  const { log, line } = complaint
  const common = proxyDraft(complaint)
  return {
    ...common,
    severity: log.isUnwell ? 'error' : 'warning',
    message: `kube-proxy on ${log.node} takes itself for "${nameIn(line.text)}", and no Node has that name`,
    evidence: [
      ...common.evidence,
      { at: `Node ${log.node}`, observed: `the Node of its pod is ${log.node}`, expected: 'the name that it asks for' },
    ],
    danger: log.isUnwell
      ? 'kube-proxy does not run on this node: services made or changed since do not work there'
      : 'it takes no endpoint for local: services that want local endpoints drop all traffic on this node',
    remedies: [
      {
        title: 'let it take the name of its Node',
        commands: [
          onWorkstation(
            `kubectl -n ${quote(log.pod.namespace)} get daemonset ${quote(log.pod.owner?.name ?? 'kube-proxy')} -o yaml | grep -n -A4 -i hostname-override`,
          ),
          onWorkstation(
            `kubectl -n ${quote(log.pod.namespace)} get configmap kube-proxy -o yaml | grep -n -i hostnameOverride`,
          ),
        ],
        risk: 'none',
      },
    ],
  }
}
