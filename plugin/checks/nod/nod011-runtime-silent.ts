import { isOk } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { apiNode, conditionOf } from '../../model/api-node.ts'
import { onNode } from '../../model/command.ts'

export default nodeCheck({
  code: 'NOD011',
  severity: 'error',
  title: 'Container runtime does not answer',
  explains: ['NOD001', 'POD001', 'POD003'],
  needs: [],
  wants: ['runtime'],
  wantsCluster: ['nodes'],
  decisive: ['nodes'],
  run: ({ node, maybe: { runtime }, maybeCluster: { nodes } }) => {
    const api = apiNode(nodes, node)
    const ready = api && conditionOf(api, 'Ready')
    const told =
      ready !== undefined &&
      ready.status !== 'True' &&
      /container runtime (?:is down|status check)|PLEG is not healthy/i.test(ready.message)
    if (isOk(runtime)) return told ? found(draft(node, { told: ready.message, asked: null })) : passed
    const isSilent = runtime.reason === 'timeout' || /refused|ECONNREFUSED/.test(runtime.detail)
    if (told || isSilent) return found(draft(node, { told: told ? ready.message : null, asked: runtime.detail }))
    return notRun(`the runtime was not asked: ${runtime.detail}`)
  },
})

interface Case {
  /** What the kubelet reports about it. */
  readonly told: string | null
  /** Error of our own call; null when it answered. */
  readonly asked: string | null
}

const draft = (node: string, { told, asked }: Case): Draft => ({
  confidence: told !== null && asked !== null ? 'certain' : 'likely',
  message: `the container runtime of ${node} ${asked === null ? 'answers the agent, but not the kubelet' : 'does not answer'}`,
  evidence: [
    ...(asked === null ? [] : [{ at: `${node}: CRI`, observed: asked, expected: 'an answer within seconds' }]),
    ...(told === null ? [] : [{ at: `Node ${node}`, observed: told }]),
  ],
  danger: 'pods are neither started nor stopped here; which addresses are in use cannot be told',
  remedies: [
    {
      title: 'see why it hangs before restarting it; running containers survive the restart',
      commands: [
        onNode('systemctl status containerd crio docker --no-pager; journalctl -u containerd -u crio -n 50 --no-pager'),
        onNode('systemctl restart containerd   # or crio, docker'),
      ],
      risk: 'low',
      rollback: 'none is needed',
    },
  ],
})
