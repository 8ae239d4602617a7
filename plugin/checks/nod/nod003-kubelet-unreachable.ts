import type { Kubelet } from '../../../shared/node/kubelet.ts'
import { isMissing, isOk, type Reading } from '../../../shared/reading.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { conditionOf } from '../../model/api-node.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'

export default clusterCheck({
  code: 'NOD003',
  severity: 'error',
  title: 'Kubelet or agent unreachable',
  explains: ['NOD001', 'SVC002', 'POD003', 'POD004'],
  cluster: ['nodes'],
  wants: ['kubelet'],
  decisive: ['kubelet'],
  run: ({ cluster, nodes, notRead }) => {
    const drafts = cluster.nodes
      .filter(({ os }) => os === 'linux')
      .flatMap(node => judge(node, nodes.get(node.name)?.kubelet, notRead.get(node.name)) ?? [])
    return found(...drafts)
  },
})

function judge(node: ApiNode, kubelet: Reading<Kubelet> | undefined, whyNotRead: string | undefined): Draft | null {
  const known = kubelet && isOk(kubelet) ? kubelet.value : null
  const ready = conditionOf(node, 'Ready')
  if (ready?.status === 'Unknown')
    return draft(node, { observed: `${ready.message} (since ${ready.since})`, ...legOf(known) })
  const isGone = known !== null && isMissing(known.args) && isRefused(known.healthz)
  if (isGone) return draft(node, { observed: 'Ready, by the last report of its kubelet', ...legOf(known) })
  if (whyNotRead && /dialing backend|\b10250\b/.test(whyNotRead)) return draft(node, unreachable(whyNotRead))
  return null
}

interface State {
  readonly observed: string
  /** The broken leg of the way, as far as it is known. */
  readonly leg: string
  /** State of the kubelet as read on the node. */
  readonly own: string | null
  readonly confidence?: 'certain' | 'likely'
}

const unreachable = (observed: string): State => ({
  observed,
  leg: 'the API server does not reach port 10250 of the node',
  own: null,
  // An error response is certain; silence may have other causes.
  confidence: /dialing backend|:10250\b/.test(observed) ? 'certain' : 'likely',
})

function legOf(kubelet: Kubelet | null): Omit<State, 'observed'> {
  const health = kubelet?.healthz
  if (health && isOk(health) && health.value.status === 200)
    return { leg: 'its kubelet runs, but the API server does not hear of it', own: 'the kubelet’s healthz answers ok' }
  if (health && isRefused(health))
    return { leg: 'its kubelet does not run', own: 'nothing listens on the kubelet’s health port' }
  return { leg: 'its kubelet has stopped to report', own: null }
}

const isRefused = (reading: Reading<unknown>) =>
  !isOk(reading) && (reading.reason === 'missing' || /refused/i.test(reading.detail))

const draft = (node: ApiNode, { observed, leg, own, confidence = 'certain' }: State): Draft => ({
  confidence,
  subject: { kind: 'Node', name: node.name },
  message: `node ${node.name}: ${leg}`,
  evidence: [
    { at: `Node ${node.name}`, observed, expected: 'a report of the kubelet every few seconds' },
    ...(own === null ? [] : [{ at: `${node.name}: http://127.0.0.1:10248/healthz`, observed: own, expected: 'ok' }]),
  ],
  danger: 'pods of this node are evicted after five minutes, and logs, exec and port-forward to them do not work',
  remedies: [
    {
      title: 'see why the kubelet stopped, then start it',
      commands: [onNode('journalctl -u kubelet -n 50 --no-pager'), onNode('systemctl restart kubelet')],
      risk: 'low',
    },
    {
      title: 'where it runs: try the way from the node to the API server and back to port 10250',
      commands: [onWorkstation(`kubectl get --raw /api/v1/nodes/${quote(node.name)}/proxy/healthz`)],
      risk: 'none',
    },
  ],
  verify: `kubectl get node ${quote(node.name)}`,
})
