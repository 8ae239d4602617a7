import type { ProxySettings } from '../../../shared/formats/proxy-settings.ts'
import type { HostLogs } from '../../../shared/node/host-logs.ts'
import type { ProxyEnvironment } from '../../../shared/node/proxy-environment.ts'
import { isOk, type Reading, valueOr } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { plainText } from '../../model/event-text.ts'
import { isDirect } from '../../model/no-proxy.ts'

export default nodeCheck({
  code: 'NOD005',
  severity: 'warning',
  title: 'Proxy settings catch cluster traffic',
  explains: ['NOD001', 'NOD003', 'NOD004', 'CNI007', 'PRX011'],
  needs: ['proxyEnvironment'],
  wants: ['hostLogs'],
  run: ({ node, parts: { proxyEnvironment }, maybe: { hostLogs } }) => {
    const settings = settingsOf(proxyEnvironment)
    if (settings.length > 0 && !isOk(hostLogs)) return notRun(`logs of the node not read: ${hostLogs.detail}`)
    const refusals = refusedByProxy(hostLogs)
    const drafts = settings.flatMap(each => {
      const caught = refusals.filter(({ host }) => !isDirect(host, each.proxies.except))
      return caught.length > 0 ? [draft(node, each, caught)] : []
    })
    const [first] = drafts
    return first ? found(first) : passed
  },
})

interface Setting {
  /** Where it stands: a process, or the drop-in of a unit. */
  readonly at: string
  readonly proxy: string
  readonly proxies: ProxySettings
}

/** Where a proxy for what is asked over TLS, as the API is, was set. */
function settingsOf({ processes, units }: ProxyEnvironment): readonly Setting[] {
  const all: readonly (readonly [string, Reading<ProxySettings>])[] = [
    ...valueOr(processes, []).map(({ pid, name, proxies }) => [`/proc/${pid}/environ of ${name}`, proxies] as const),
    ...Object.entries(units),
  ]
  return all.flatMap(([at, proxies]) => {
    const proxy = isOk(proxies) ? (proxies.value.https ?? proxies.value.all) : null
    return isOk(proxies) && proxy !== null ? [{ at, proxy, proxies: proxies.value }] : []
  })
}

interface Refusal {
  readonly source: string
  readonly host: string
  readonly line: string
}

/** A request to the API that ended with what only a proxy says: the words of a status where an answer should stand. */
const refusal =
  /(?:Get|Post|Put|Patch|Delete) "?https:\/\/(?<host>\[[\da-f:]+\]|[\w.-]+)(?::\d+)?\/api[^"\s]*"?: (?:Forbidden|Proxy Authentication Required|Gateway Time-?out|Bad Gateway|Service Unavailable|proxyconnect tcp: )/i

const refusedByProxy = (hostLogs: Reading<HostLogs>): readonly Refusal[] =>
  (isOk(hostLogs) ? hostLogs.value.logs : []).flatMap(({ source, entries }) =>
    valueOr(entries, []).flatMap(({ message }) => {
      const line = plainText(message)
      const host = refusal.exec(line)?.groups?.host
      return host === undefined ? [] : [{ source, line, host: host.replace(/^\[|\]$/g, '') }]
    }),
  )

function draft(node: string, { at, proxy, proxies }: Setting, caught: readonly Refusal[]): Draft {
  const last = caught.at(-1)
  const host = last?.host ?? ''
  return {
    severity: 'error',
    message: `${node} asks for the API at ${host} through the proxy ${proxy}, which refuses: NO_PROXY does not hold ${host}`,
    evidence: [
      {
        at: `${node}:${at}`,
        observed: `NO_PROXY ${proxies.except.join(',') || 'is empty'}`,
        expected: `${host} in it`,
      },
      {
        at: `${node}: ${last?.source}`,
        observed: `${last?.line}${caught.length > 1 ? ` (and ${caught.length - 1} more)` : ''}`,
      },
    ],
    danger: 'the kubelet cannot reach the API server: the node goes NotReady and nothing on it changes any more',
    remedies: [
      {
        title: 'add the API server’s name, and the ranges of nodes, pods and services, and restart',
        commands: [
          onNode(`grep -rs -i proxy /etc/systemd/system/*.service.d /etc/environment /etc/default/kubelet`),
          onNode(`systemctl edit kubelet   # Environment="NO_PROXY=${[...proxies.except, host].join(',')}"`),
          onNode('systemctl daemon-reload && systemctl restart kubelet'),
        ],
        risk: 'low',
        rollback: 'systemctl revert kubelet && systemctl restart kubelet',
      },
    ],
  }
}
