import { isOk, type Reading } from '../../../shared/reading.ts'
import type { NodeParts } from '../../../shared/snapshot.ts'
import type { DaemonSet } from '../../cluster/daemon-sets.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { Service } from '../../cluster/services.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { apiNode } from '../../model/api-node.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { klogAge } from '../../model/klog-time.ts'
import { containerLines, type LogLine } from '../../model/log-lines.ts'
import { minute, podKey } from '../../model/pods.ts'
import { isKubeProxy, serviceProxy } from '../../model/service-proxy.ts'

export default clusterCheck({
  code: 'API003',
  severity: 'error',
  title: 'Pods cannot reach the API server',
  explains: ['DNS001', 'CNI007', 'POD005', 'POD001'],
  cluster: ['pods', 'componentLogs'],
  wantsCluster: ['services', 'nodes', 'daemonSets'],
  wants: ['processes', 'kubeProxy'],
  decisive: ['services'],
  run: ({ cluster: { pods, componentLogs }, maybeCluster, nodes, takenAt }) => {
    const address = serviceAddress(maybeCluster.services)
    // What kube-proxy says has a check of its own; an agent that replaces it has to make this address work itself.
    const asking = new Map(
      pods
        .filter(pod => !isKubeProxy(pod) && !makesServices({ pod, pods, ...maybeCluster }, nodes))
        .map(pod => [podKey(pod), pod]),
    )
    const byNode = new Map<string, LogLine[]>()
    for (const log of componentLogs) {
      const pod = asking.get(podKey({ namespace: log.namespace, name: log.pod }))
      if (!pod?.node) continue
      const lines = containerLines(log).filter(
        ({ text }) => isLost(text, address) && (!pod.ready || isNew(text, takenAt)),
      )
      if (lines.length > 0) byNode.set(pod.node, [...(byNode.get(pod.node) ?? []), ...lines])
    }
    return found(...[...byNode].map(([node, lines]) => draft(node, lines, address)))
  },
})

interface Asker {
  readonly pod: Pod
  readonly pods: readonly Pod[]
  readonly nodes: Reading<readonly ApiNode[]>
  readonly daemonSets: Reading<readonly DaemonSet[]>
}

/** True for Cilium's agent on a node where it alone serves the addresses of services. */
function makesServices(
  { pod, pods, nodes, daemonSets }: Asker,
  hosts: ReadonlyMap<string, Pick<NodeParts, 'processes' | 'kubeProxy'>>,
): boolean {
  const host = pod.node === null ? undefined : hosts.get(pod.node)
  if (pod.node === null || !host || !isOk(daemonSets) || !cniComponentsOf(pod).includes('cilium')) return false
  const proxy = serviceProxy({
    node: apiNode(nodes, pod.node),
    name: pod.node,
    pods,
    daemonSets: daemonSets.value,
    ...host,
  })
  return proxy.kind === 'replaced' && proxy.by === 'Cilium'
}

const serviceAddress = (services: Reading<readonly Service[]>): string | null =>
  (isOk(services)
    ? services.value.find(({ namespace, name }) => namespace === 'default' && name === 'kubernetes')?.clusterIPs[0]
    : null) ?? null

/** Errors of connections that were never established; an answer, even 403, is not lost. */
const lost =
  /dial tcp (?<place>\S+?):(?:443|6443): (?:connect: )?(?<why>i\/o timeout|no route to host|connection refused|network is unreachable|operation was canceled)/
const asksApi = /\/api(?:s|\/v1)?\b|kubernetes\.default|API server|apiserver/i

function isLost(text: string, address: string | null): boolean {
  const place = lost.exec(text)?.groups?.place?.replace(/^\[|\]$/g, '')
  return place !== undefined && (place === address || asksApi.test(text))
}

const isNew = (text: string, takenAt: number): boolean => (klogAge(text, takenAt) ?? Infinity) <= 15 * minute

function draft(node: string, lines: readonly LogLine[], address: string | null): Draft {
  const last = lines.at(-1)
  const { place = '', why = '' } = lost.exec(last?.text ?? '')?.groups ?? {}
  return {
    subject: { kind: 'Node', name: node },
    message: `pods on ${node} cannot reach the API server at ${place}: ${meaning(why)}`,
    evidence: [
      {
        at: last?.source ?? '',
        observed: `${last?.text.slice(0, 400)}${lines.length > 1 ? ` (and ${lines.length - 1} more)` : ''}`,
      },
    ],
    danger: 'whatever asks the API from a pod there stays not ready: DNS, CNI agents, operators',
    remedies: [
      {
        title: 'find which half of the way is broken: the Service, or the path to the API server itself',
        commands: [
          onNode(
            `curl -sk -m 5 https://${address ?? '<cluster IP of kubernetes>'}/livez; echo; iptables-save | grep -c KUBE-`,
          ),
          onWorkstation('kubectl get endpointslices -l kubernetes.io/service-name=kubernetes'),
          onWorkstation(`kubectl netcheck nodes ${quote(node)}`),
        ],
        risk: 'none',
      },
    ],
  }
}

/** What a client error means for the connection. */
function meaning(why: string): string {
  if (why === 'connection refused') return 'the connection is refused (nobody listens there, or no endpoint)'
  if (why === 'no route to host') return 'no route to host (a firewall rejects it, or nobody has the address)'
  if (why === 'network is unreachable') return 'the pod has no route at all'
  return 'no answer (packets or answers are dropped on the way)'
}
