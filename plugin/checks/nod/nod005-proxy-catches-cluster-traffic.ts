import type { Remedy } from '../../../shared/finding.ts'
import { type ProxySettings, settingsOf } from '../../../shared/formats/proxy-settings.ts'
import type { HostLogs } from '../../../shared/node/host-logs.ts'
import type { ProxyEnvironment } from '../../../shared/node/proxy-environment.ts'
import { isOk, type Reading, valueOr } from '../../../shared/reading.ts'
import type { ApiEvent } from '../../cluster/events.ts'
import type { Pod } from '../../cluster/pods.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { plainText } from '../../model/event-text.ts'
import { ageOf, isLive, minute, podKey } from '../../model/pods.ts'
import { caughtBy, type ProxyRefusal, proxyRefusal } from '../../model/proxy-refusals.ts'

export default nodeCheck({
  code: 'NOD005',
  severity: 'warning',
  title: 'Proxy settings catch cluster traffic',
  explains: ['NOD001', 'NOD003', 'NOD004', 'CNI007', 'PRX011'],
  needs: [],
  wants: ['proxyEnvironment', 'hostLogs'],
  wantsCluster: ['pods', 'events'],
  decisive: ['pods', 'events'],
  run: ({ node, maybe: { proxyEnvironment, hostLogs }, maybeCluster: { pods, events }, takenAt }) => {
    const ofNode = isOk(proxyEnvironment) ? ofPrograms(proxyEnvironment.value) : []
    const settings = [...ofNode, ...ofApiServers(valueOr(pods, []), node)]
    const refusals = [...inLogs(hostLogs), ...inEvents(valueOr(events, []), takenAt)]
    const drafts = settings.flatMap(each => {
      const own = each.isApiServer ? refusals : refusals.filter(({ isOfApiServer }) => !isOfApiServer)
      const caught = caughtBy(own, each.proxies.except)
      return caught.length > 0 ? [draft(node, each, caught)] : []
    })
    const [first] = drafts
    if (first) return found(first)
    if (!isOk(proxyEnvironment)) return notRun(`proxyEnvironment not read: ${proxyEnvironment.detail}`)
    return settings.length > 0 && !isOk(hostLogs) ? notRun(`logs of the node not read: ${hostLogs.detail}`) : passed
  },
})

interface Setting {
  /** Where it stands: a process, the drop-in of a unit, or a pod. */
  readonly at: string
  readonly proxy: string
  readonly proxies: ProxySettings
  readonly isApiServer: boolean
}

/** Settings with a proxy for TLS, which the API uses. */
function ofPrograms({ processes, units }: ProxyEnvironment): readonly Setting[] {
  const all: readonly (readonly [string, Reading<ProxySettings>])[] = [
    ...valueOr(processes, []).map(({ pid, name, proxies }) => [`/proc/${pid}/environ of ${name}`, proxies] as const),
    ...Object.entries(units),
  ]
  return all.flatMap(([at, proxies]) =>
    isOk(proxies) ? toSetting(at, proxies.value, / of kube-apiserver$/.test(at)) : [],
  )
}

const ofApiServers = (pods: readonly Pod[], node: string): readonly Setting[] =>
  pods
    .filter(pod => pod.node === node && isLive(pod) && pod.labels.component === 'kube-apiserver')
    .flatMap(pod => {
      const env = pod.specs.flatMap(spec => Object.entries(spec.env))
      const variables = new Map(env.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])))
      return toSetting(`environment of Pod ${podKey(pod)}`, settingsOf(variables), true)
    })

function toSetting(at: string, proxies: ProxySettings, isApiServer: boolean): readonly Setting[] {
  const proxy = proxies.https ?? proxies.all
  return proxy === null ? [] : [{ at, proxy, proxies, isApiServer }]
}

interface Refusal extends ProxyRefusal {
  /** Told in an event: who asks a webhook is an API server. */
  readonly isOfApiServer: boolean
}

const inLogs = (hostLogs: Reading<HostLogs>): readonly Refusal[] =>
  (isOk(hostLogs) ? hostLogs.value.logs : []).flatMap(({ source, entries }) =>
    valueOr(entries, []).flatMap(({ message }) => {
      const refusal = proxyRefusal(source, plainText(message))
      return refusal ? [{ ...refusal, isOfApiServer: false }] : []
    }),
  )

const inEvents = (events: readonly ApiEvent[], takenAt: number): readonly Refusal[] =>
  events.flatMap(({ message, lastSeen, object }) => {
    const isRecent = (ageOf(lastSeen, takenAt) ?? 0) <= 60 * minute
    const refusal = proxyRefusal(`Event of ${object.kind} ${podKey(object)}`, plainText(message))
    return refusal && isRecent ? [{ ...refusal, isOfApiServer: true }] : []
  })

function draft(node: string, { at, proxy, proxies, isApiServer }: Setting, caught: readonly Refusal[]): Draft {
  const last = caught.at(-1)
  const host = last?.host ?? ''
  return {
    severity: 'error',
    message: `${isApiServer ? `the API server of ${node} asks ${host}` : `${node} asks for the API at ${host}`} through the proxy ${proxy}, which refuses: NO_PROXY does not hold ${host}`,
    evidence: [
      {
        at: at.startsWith('/') ? `${node}:${at}` : at,
        observed: `NO_PROXY ${proxies.except.join(',') || 'is empty'}`,
        expected: `${host} in it`,
      },
      {
        at: `${node}: ${last?.source}`,
        observed: `${last?.line}${caught.length > 1 ? ` (and ${caught.length - 1} more)` : ''}`,
      },
    ],
    danger: isApiServer
      ? 'webhooks and aggregated APIs fail: what they check or serve cannot be made or asked'
      : 'the kubelet cannot reach the API server: the node goes NotReady and nothing on it changes any more',
    remedies: [isApiServer ? mendApiServer : mendKubelet([...proxies.except, host])],
  }
}

const mendKubelet = (exceptions: readonly string[]): Remedy => ({
  title: 'add the API server’s name, and the ranges of nodes, pods and services, and restart',
  commands: [
    onNode(`grep -rs -i proxy /etc/systemd/system/*.service.d /etc/environment /etc/default/kubelet`),
    onNode(`systemctl edit kubelet   # Environment="NO_PROXY=${exceptions.join(',')}"`),
    onNode('systemctl daemon-reload && systemctl restart kubelet'),
  ],
  risk: 'low',
  rollback: 'systemctl revert kubelet && systemctl restart kubelet',
})

/** The kubelet starts the API server anew when its manifest changes. */
const mendApiServer: Remedy = {
  title: 'add .svc, .cluster.local and the ranges of pods and services to NO_PROXY of the API server',
  commands: [
    onNode('cp /etc/kubernetes/manifests/kube-apiserver.yaml /root/kube-apiserver.before'),
    onNode("sed -n '/env:/,/image:/p' /etc/kubernetes/manifests/kube-apiserver.yaml   # then edit NO_PROXY"),
  ],
  risk: 'disruptive',
  rollback: 'cp /root/kube-apiserver.before /etc/kubernetes/manifests/kube-apiserver.yaml',
}
