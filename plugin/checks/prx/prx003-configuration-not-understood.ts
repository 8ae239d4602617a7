import { clusterCheck, type Draft, found, passed } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { proxyLogs } from '../../model/kube-proxy-logs.ts'
import { complaints, type ProxyComplaint, proxyDraft } from '../../model/proxy-log-draft.ts'

export default clusterCheck({
  code: 'PRX003',
  severity: 'error',
  title: 'kube-proxy does not understand its configuration',
  explains: ['PRX001', 'POD005'],
  cluster: ['pods', 'componentLogs'],
  run: ({ cluster: { pods, componentLogs }, takenAt }) => {
    const logs = proxyLogs({ pods, componentLogs: { status: 'ok', value: componentLogs } }, takenAt)
    const refused = complaints(logs, (text, { isUnwell }) => isUnwell && refusal.test(text) && !lenient.test(text))
    const odd = complaints(logs, text => lenient.test(text))
    const all = [...bySaying(refused, 'error'), ...bySaying(odd, 'warning')]
    return all.length > 0 ? found(...all) : passed
  },
})

/** Error texts of apimachinery's decoders. Source: k8s.io/apimachinery runtime and serializer. */
const refusal =
  /no kind "[^"]*" is registered for version|strict decoding error|unable to decode(?! an event from the watch)|couldn't get version\/kind|error (?:unmarshaling|converting) (?:JSON|YAML)|found unknown field|unknown field "|ReadMapCB: expect|cannot unmarshal \w+ into Go|yaml: (?:line|unmarshal)/
const lenient = /using lenient decoding/

/** Equal messages on several nodes are one finding, because they share the ConfigMap. */
function bySaying(all: readonly ProxyComplaint[], severity: 'error' | 'warning'): readonly Draft[] {
  const groups = new Map<string, ProxyComplaint[]>()
  for (const complaint of all) {
    const key = why(complaint.line.text)
    groups.set(key, [...(groups.get(key) ?? []), complaint])
  }
  return [...groups.values()].flatMap((same, i) => draft(same, { severity, key: `${severity}-${i + 1}` }))
}

const why = (text: string): string => refusal.exec(text)?.[0] ?? text.replace(/^.*?\] /, '')

function draft(
  same: readonly ProxyComplaint[],
  { severity, key }: { severity: 'error' | 'warning'; key: string },
): Draft[] {
  const [first] = same
  if (!first) return []
  const { namespace, owner } = first.log.pod
  const set = owner?.name ?? 'kube-proxy'
  return [
    {
      ...proxyDraft(first),
      subject: { kind: 'Cluster', name: 'cluster' },
      key,
      severity,
      message: `kube-proxy on ${same.length === 1 ? first.log.node : `${same.length} nodes`} ${severity === 'error' ? 'refuses its configuration' : 'leaves out parts of its configuration'}: ${explain(first.line.text)}`,
      danger:
        severity === 'error'
          ? 'kube-proxy does not run: services made or changed since do not work'
          : 'what it leaves out has no effect, and a later release will refuse it',
      remedies: [
        {
          title: 'write it for the release that runs, and let the pods start again',
          commands: [
            onWorkstation(`kubectl -n ${quote(namespace)} get configmap kube-proxy -o yaml`),
            onWorkstation(`kubectl -n ${quote(namespace)} get daemonset ${quote(set)} -o jsonpath='{..image}'`),
            onWorkstation(`kubectl -n ${quote(namespace)} rollout restart daemonset ${quote(set)}`),
          ],
          risk: 'low',
          rollback: 'put the former ConfigMap back and restart once more',
        },
      ],
    },
  ]
}

/** Kind and scheme in the message show which loader read which file. */
function explain(text: string): string {
  const kind = /no kind "(?<kind>[^"]*)" is registered for version "(?<version>[^"]*)"/.exec(text)?.groups
  if (kind?.kind === 'Config') return 'a kubeconfig was given where its own configuration should be (--config)'
  if (kind?.kind === 'KubeProxyConfiguration' && /clientcmd/.test(text))
    return 'its own configuration was given where a kubeconfig should be'
  if (kind) return `apiVersion ${kind.version} of kind ${kind.kind} is not one that this release knows`
  const field = /unknown field:? "?(?<field>[\w.[\]]+)/.exec(text)?.groups?.field
  return field ? `field ${field} is unknown to this release` : text.replace(/^.*?\] /, '').slice(0, 200)
}
