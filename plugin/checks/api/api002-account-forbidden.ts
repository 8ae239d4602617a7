import { clusterCheck, type Draft, found, passed } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { componentOfPod } from '../../model/components.ts'
import { klogAge } from '../../model/klog-time.ts'
import { containerLines, type LogLine } from '../../model/log-lines.ts'
import { minute, podKey } from '../../model/pods.ts'
import { isKubeProxy } from '../../model/service-proxy.ts'

export default clusterCheck({
  code: 'API002',
  severity: 'warning',
  title: 'Account lacks a right that its workload asks for',
  explains: ['CNI007', 'POD005', 'PRX001', 'PRX005', 'PRX006', 'PRX011'],
  cluster: ['pods', 'componentLogs'],
  run: ({ cluster: { pods, componentLogs }, takenAt }) => {
    // CoreDNS has a check of its own, which also knows its role.
    const asking = new Set(pods.filter(pod => componentOfPod(pod)?.kind !== 'dns').map(podKey))
    const refusals = componentLogs
      .filter(({ namespace, pod }) => asking.has(podKey({ namespace, name: pod })))
      .flatMap(log => containerLines(log).flatMap(toRefusal))
    const proxies = new Set(
      pods.filter(isKubeProxy).map(({ namespace, serviceAccount }) => `${namespace} ${serviceAccount}`),
    )
    const isBlind = ({ namespace, account, text }: Refusal) =>
      proxies.has(`${namespace} ${account}`) && (klogAge(text, takenAt) ?? hour) <= 2 * minute
    const byRight = new Map(refusals.map(refusal => [describeRight(refusal), refusal]))
    return byRight.size > 0 ? found(...[...byRight.values()].map(each => draft(each, isBlind(each)))) : passed
  },
})

/** The API server's wording; an HTTP proxy's refusal names no account. Source: apiserver, responsewriters. */
const words =
  /(?<resource>[\w./-]+) (?:"[^"]*" )?is forbidden: User "system:serviceaccount:(?<namespace>[\w-]+):(?<account>[\w.-]+)" cannot (?<verb>\w+) resource "(?<kind>[\w./-]+)" in API group "(?<group>[\w.-]*)"/

interface Refusal extends LogLine {
  readonly namespace: string
  readonly account: string
  readonly verb: string
  readonly kind: string
  readonly group: string
}

function toRefusal(line: LogLine): Refusal[] {
  const groups = words.exec(line.text)?.groups
  if (!groups) return []
  const { namespace = '', account = '', verb = '', kind = '', group = '' } = groups
  return [{ ...line, namespace, account, verb, kind, group }]
}

const describeRight = ({ namespace, account, verb, kind, group }: Refusal): string =>
  [namespace, account, verb, kind, group].join(' ')

const hour = 60 * minute

/** A kube-proxy that is refused now writes no rule: its account has a role of Kubernetes' own. */
function draft(refusal: Refusal, isBlind: boolean): Draft {
  const { namespace, account, verb, kind, group, source, text } = refusal
  const resource = group === '' ? kind : `${kind}.${group}`
  const who = `system:serviceaccount:${namespace}:${account}`
  return {
    ...(isBlind ? { severity: 'error' as const } : {}),
    key: `${namespace}-${account}-${verb}-${resource}`,
    message: `account ${namespace}/${account} may not ${verb} ${resource}, which ${isBlind ? 'kube-proxy' : 'its workload'} asks for`,
    evidence: [{ at: source, observed: text.slice(0, 400) }],
    danger: 'the workload does not see what it needs: it stays not ready, or goes on with what it saw last',
    remedies: [
      {
        title: 'apply the manifest that fits the release that runs; its ClusterRole holds the right',
        commands: [
          onWorkstation(`kubectl auth can-i ${quote(verb)} ${quote(resource)} --as ${quote(who)}`),
          onWorkstation(`kubectl get clusterrolebindings -o wide | grep ${quote(`${namespace}/${account}`)}`),
        ],
        risk: 'none',
      },
      ...(isBlind ? [bindProxy(namespace, account)] : []),
    ],
    verify: `kubectl auth can-i ${quote(verb)} ${quote(resource)} --as ${quote(who)}`,
  }
}

const bindProxy = (namespace: string, account: string): Draft['remedies'][number] => ({
  title: 'give the account of kube-proxy its role back',
  commands: [
    onWorkstation(
      `kubectl create clusterrolebinding kubeadm:node-proxier --clusterrole=system:node-proxier --serviceaccount=${quote(`${namespace}:${account}`)}`,
    ),
  ],
  risk: 'low',
  rollback: 'kubectl delete clusterrolebinding kubeadm:node-proxier',
})
