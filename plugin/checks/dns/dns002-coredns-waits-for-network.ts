import type { Evidence } from '../../../shared/finding.ts'
import { isOk } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, found } from '../../engine/check.ts'
import { conditionOf } from '../../model/api-node.ts'
import { dnsPodsOf, dnsServiceOf, dnsSubject } from '../../model/cluster-dns.ts'
import { onWorkstation } from '../../model/command.ts'
import { podKey } from '../../model/pods.ts'
import { isNetworkFailure, recentFailures } from '../../model/sandbox-failures.ts'

export default clusterCheck({
  code: 'DNS002',
  severity: 'error',
  title: 'CoreDNS waits for a network',
  explains: ['DNS001'],
  cluster: ['pods', 'nodes'],
  wantsCluster: ['services', 'events'],
  decisive: ['events'],
  run: ({ cluster: { pods, nodes }, maybeCluster: { services, events }, takenAt }) => {
    const service = isOk(services) ? dnsServiceOf(services.value) : null
    const own = dnsPodsOf(pods, service)
    const list = isOk(events) ? events.value : []
    const waiting = own.filter(({ phase, ready }) => phase === 'Pending' && !ready)
    const reasons = waiting.flatMap(pod => {
      const failures = pod.node === null ? [] : recentFailures(pod.node, { events: list, pods }, takenAt)
      const failure = failures.find(each => isNetworkFailure(each) && podKey(each.pod) === podKey(pod))
      const seen = failure && { at: `Event of Pod ${podKey(pod)}`, observed: oneLine(failure.text, 300) }
      const why = seen ?? waitsForNode(pod, nodes)
      return why ? [{ pod, why }] : []
    })
    if (reasons.length === 0) return found()
    const isAlone = own.every(({ ready }) => !ready)
    return found({
      subject: dnsSubject(
        service,
        reasons.map(({ pod }) => pod),
      ),
      severity: isAlone ? 'error' : 'warning',
      message: `${reasons.length} of ${own.length} pods of DNS wait because their nodes have no pod network`,
      evidence: reasons.slice(0, 4).map(({ why }) => why),
      danger: isAlone ? 'no pod resolves any name until nodes have a network' : 'fewer servers answer than are wanted',
      remedies: [
        {
          title: 'give the nodes their network: DNS starts by itself then',
          commands: [onWorkstation('kubectl netcheck check cni'), onWorkstation('kubectl get nodes -o wide')],
          risk: 'none',
        },
      ],
    })
  },
})

const noNetwork =
  /network.{0,20}not ready|NetworkPluginNotReady|cni.{0,30}(?:not|un)\s?initiali[sz]ed|NetworkReady=false/i

/** An unscheduled pod waits because all nodes are NotReady without a network. */
function waitsForNode({ node, namespace, name }: Pod, nodes: readonly ApiNode[]): Evidence | null {
  const candidates = node === null ? nodes.filter(({ os }) => os === 'linux') : nodes.filter(each => each.name === node)
  const conditions = candidates.map(each => conditionOf(each, 'Ready'))
  const lacking = conditions.filter(ready => ready?.status === 'False' && noNetwork.test(ready.message))
  const [first] = lacking
  if (!first || lacking.length < candidates.length) return null
  const whose = node === null ? `all ${candidates.length} nodes` : `Node ${node}`
  return { at: `Pod ${namespace}/${name}`, observed: `waits; ${whose}: ${oneLine(first.message, 240)}` }
}
