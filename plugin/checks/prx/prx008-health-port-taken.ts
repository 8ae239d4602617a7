import type { KubeProxy } from '../../../shared/node/kube-proxy.ts'
import type { Sockets } from '../../../shared/node/sockets.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { type ProxyLog, proxyLogs } from '../../model/kube-proxy-logs.ts'
import { complaints } from '../../model/proxy-log-draft.ts'

/** Ports for health checks and metrics. */
const ports: readonly number[] = [10_256, 10_249]

export default clusterCheck({
  code: 'PRX008',
  severity: 'warning',
  title: 'Health port of kube-proxy taken',
  explains: [],
  cluster: ['pods', 'componentLogs'],
  wants: ['sockets', 'kubeProxy'],
  decisive: ['sockets'],
  run: ({ cluster: { pods, componentLogs }, nodes, takenAt }) => {
    const logs = proxyLogs({ pods, componentLogs: { status: 'ok', value: componentLogs } }, takenAt)
    const drafts = logs.flatMap(log => {
      const parts = nodes.get(log.node)
      const own = parts ? answering(parts.kubeProxy) : []
      const [said] = complaints([log], text => refused.test(text) && !own.some(port => text.includes(`:${port}`)))
      const holders = parts ? foreignHolders(parts.sockets, own) : []
      return said || holders.length > 0 ? [draft(log, said?.line.text ?? null, holders)] : []
    })
    return found(...drafts)
  },
})

const refused = /(?:[Ff]ailed to start|starting) .*(?:healthz?|metrics).*address already in use/

interface Holder {
  readonly place: string
  readonly owner: string
}

/** Ports on which kube-proxy itself answers, whatever the listening program is called. */
const answering = (kubeProxy: Reading<KubeProxy>): readonly number[] =>
  isOk(kubeProxy)
    ? [
        ...(isOk(kubeProxy.value.healthz) && /"lastUpdated"/.test(kubeProxy.value.healthz.value.body) ? [10_256] : []),
        ...(isOk(kubeProxy.value.mode) ? [10_249] : []),
      ]
    : []

/** Programs other than kube-proxy that listen on its ports. */
const foreignHolders = (sockets: Reading<Sockets>, own: readonly number[]): readonly Holder[] =>
  (isOk(sockets) ? sockets.value.listeners : []).flatMap(({ protocol, address, port, owner }) => {
    const isWatched = protocol === 'tcp' && ports.includes(port) && !own.includes(port)
    if (!isWatched || !isOk(owner) || /^(?:kube-proxy|kubelite|k3s)/.test(owner.value.name)) return []
    return [{ place: `${address}:${port}`, owner: `${owner.value.name} (pid ${owner.value.pid})` }]
  })

const draft = ({ node }: ProxyLog, said: string | null, holders: readonly Holder[]): Draft => ({
  subject: { kind: 'Node', name: node },
  confidence: holders.length > 0 ? 'certain' : 'likely',
  message: `kube-proxy on ${node} cannot have its health port${holders[0] ? `: ${holders[0].owner} listens there` : ', another program has it'}`,
  evidence: [
    ...(said === null ? [] : [{ at: `log of kube-proxy on ${node}`, observed: said.slice(0, 300) }]),
    ...holders.map(({ place, owner }) => ({
      at: `${node}: sockets`,
      observed: `${place} by ${owner}`,
      expected: 'kube-proxy',
    })),
  ],
  danger:
    'load balancers that ask this port take the node for dead, or for healthy, by the word of another program; rules are written all the same',
  remedies: [
    {
      title: 'give one of the two another port (kube-proxy: healthzBindAddress)',
      commands: [onNode("ss -ltnp 'sport = :10256 or sport = :10249'")],
      risk: 'none',
    },
  ],
})
