import type { ApiNode, NodeCondition } from '../../cluster/nodes.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { conditionOf } from '../../model/api-node.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { plainText } from '../../model/event-text.ts'
import { ageOf, minute } from '../../model/pods.ts'

export default clusterCheck({
  code: 'NOD001',
  severity: 'error',
  title: 'Node NotReady for its network',
  explains: ['DNS002', 'POD003'],
  cluster: ['nodes'],
  run: ({ cluster: { nodes }, takenAt }) =>
    found(...nodes.filter(({ os }) => os === 'linux').flatMap(node => draft(node, takenAt) ?? [])),
})

function draft(node: ApiNode, takenAt: number): Draft | null {
  const ready = conditionOf(node, 'Ready')
  if (ready?.status === 'False' && network.test(ready.message)) return notReady(node, ready)
  const unavailable = conditionOf(node, 'NetworkUnavailable')
  const age = ageOf(unavailable?.since ?? null, takenAt)
  return unavailable?.status === 'True' && (age === null || age > 10 * minute) ? noRoute(node, unavailable) : null
}

const network = /NetworkReady=false|network ?plugin|\bcni\b|network not ready/i

const notReady = (node: ApiNode, condition: NodeCondition): Draft => ({
  subject: { kind: 'Node', name: node.name },
  message: `node ${node.name} is NotReady: ${translate(condition.message)}`,
  evidence: [evidenceOf(node, condition)],
  danger: 'new pods are not scheduled there, and after five minutes those that run there are evicted',
  remedies: [
    {
      title:
        'find out why the runtime has no network; the finding that explains this one says it where it could be seen',
      commands: [
        onWorkstation(`kubectl netcheck nodes ${quote(node.name)}`),
        onNode('crictl info | grep -A 3 -i -e lastCNILoadStatus -e NetworkReady'),
      ],
      risk: 'none',
    },
  ],
  verify: `kubectl get node ${quote(node.name)}`,
})

/** Explains the runtimes' messages. Sources: containerd go-cni, ocicni, dockershim. */
function translate(message: string): string {
  if (/cni config uninitialized|no (?:valid )?networks? (?:config )?found|no CNI configuration file/i.test(message))
    return 'its runtime has found no CNI configuration that it can load'
  if (/cni plugin not initialized/.test(message)) return 'its runtime has loaded no CNI configuration'
  return `its runtime has no network (${plainText(message).slice(0, 160)})`
}

const noRoute = (node: ApiNode, condition: NodeCondition): Draft => ({
  subject: { kind: 'Node', name: node.name },
  key: 'NetworkUnavailable',
  severity: 'warning',
  message: `node ${node.name} is marked NetworkUnavailable: ${condition.message || condition.reason}`,
  evidence: [evidenceOf(node, condition)],
  danger: 'new pods are not scheduled there, and other nodes may have no route to the pods that run there',
  remedies: [
    {
      title: 'ask the component that sets the condition: the cloud’s route controller, or the CNI',
      commands: [onWorkstation(`kubectl describe node ${quote(node.name)}`)],
      risk: 'none',
    },
  ],
  verify: `kubectl get node ${quote(node.name)}`,
})

const evidenceOf = ({ name }: ApiNode, { type, status, reason, message, since }: NodeCondition) => ({
  at: `Node ${name}`,
  observed: `${type}=${status} since ${since ?? 'unknown'}, ${reason}: ${plainText(message)}`,
})
