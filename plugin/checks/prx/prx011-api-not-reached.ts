import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { klogAge } from '../../model/klog-time.ts'
import { type ProxyLog, proxyLogs } from '../../model/kube-proxy-logs.ts'
import { minute } from '../../model/pods.ts'
import { complaints, type ProxyComplaint, proxyDraft } from '../../model/proxy-log-draft.ts'

export default clusterCheck({
  code: 'PRX011',
  severity: 'error',
  title: 'kube-proxy does not reach the API server',
  explains: ['PRX006', 'PRX005'],
  cluster: ['pods', 'componentLogs'],
  run: ({ cluster: { pods, componentLogs }, takenAt }) => {
    const logs = proxyLogs({ pods, componentLogs: { status: 'ok', value: componentLogs } }, takenAt)
    const lost = complaints(logs, text => asking.test(text) && trouble.test(text)).filter(
      complaint => complaint.count > 1 && holds(complaint, takenAt),
    )
    const mute = logs
      .filter(log => !lost.some(complaint => complaint.log === log))
      .flatMap(log => unansweredStart(log, takenAt) ?? [])
    return found(...lost.map(draft), ...mute.map(waitingDraft))
  },
})

/** client-go's messages about a failed list or watch; a single one may be a restarted server. */
const asking =
  /[Ff]ailed to (?:list|watch) \*|Failed to retrieve node info(?:: |" err=")Get|[Uu]nable to (?:connect|contact).*API/
const trouble =
  /i\/o timeout|connection refused|no route to host|network is unreachable|TLS handshake timeout|no such host|x509:|Unauthorized|context deadline exceeded|EOF/

/** It retries after at most 30 s, with a time-out as long: an error not repeated since is over. */
const holds = ({ log, line }: ProxyComplaint, takenAt: number): boolean =>
  log.isUnwell || (klogAge(line.text, takenAt) ?? 0) <= 2 * minute

/** Recent releases do not log failed requests at start, only that they wait. */
function unansweredStart(log: ProxyLog, takenAt: number): ProxyComplaint | null {
  const line = log.lines.findLast(({ text }) => /waiting for caches to sync|caches are synced/i.test(text))
  const isWaiting = line !== undefined && /waiting/i.test(line.text)
  return isWaiting && (klogAge(line.text, takenAt) ?? 0) >= minute / 2 ? { log, line, count: 1 } : null
}

const waitingDraft = (complaint: ProxyComplaint): Draft => ({
  ...draft(complaint),
  confidence: 'likely',
  message: `kube-proxy on ${complaint.log.node} has waited for a first answer of the API server since it was started`,
})

const draft = (complaint: ProxyComplaint): Draft => ({
  ...proxyDraft(complaint),
  message: `kube-proxy on ${complaint.log.node} does not reach the API server: ${trouble.exec(complaint.line.text)?.[0] ?? 'no answer'}`,
  danger: 'it keeps the rules that it has: pods that have gone since still get traffic, new ones get none',
  remedies: [
    {
      title: 'try the address of its kubeconfig from the node, and see what stands in between',
      commands: [
        onWorkstation(
          `kubectl -n ${quote(complaint.log.pod.namespace)} get configmap kube-proxy -o yaml | grep server:`,
        ),
        onNode('curl -sk -m 5 https://<server>/livez'),
      ],
      risk: 'none',
    },
  ],
})
