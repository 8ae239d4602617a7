import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, type Draft, found, passed } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { isLive, podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'POD006',
  severity: 'error',
  title: 'Host port of a pod is taken',
  explains: ['SVC002', 'CNI007', 'PRX001', 'DNS001'],
  cluster: ['pods'],
  run: ({ cluster: { pods } }) => {
    const drafts = pods.flatMap(pod => {
      const refusal = pod.deleting ? null : refusalOf(pod)
      return refusal ? [draft(pod, refusal, holdersOf(pod, pods))] : []
    })
    return drafts.length > 0 ? found(...drafts) : passed
  },
})

/** Words of the scheduler; a kubelet that was given the pod all the same has a reason. Source: plugins/nodeports. */
const words = /have free ports for the requested pod ports/

function refusalOf({ conditions, reason }: Pod): string | null {
  const said = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')?.message
  if (said && words.test(said)) return said
  return reason === 'NodePorts' ? 'status.reason: NodePorts' : null
}

interface HostPort {
  readonly port: number
  readonly protocol: string
}

const hostPortsOf = ({ specs }: Pod): readonly HostPort[] =>
  specs.flatMap(({ ports }) =>
    ports.flatMap(({ hostPort, protocol }) => (hostPort === null ? [] : [{ port: hostPort, protocol }])),
  )

interface Holder extends HostPort {
  readonly pod: Pod
}

/** Live pods on nodes that have one of its ports. */
function holdersOf(pod: Pod, pods: readonly Pod[]): readonly Holder[] {
  const wanted = hostPortsOf(pod)
  return pods.flatMap(other =>
    other === pod || other.node === null || !isLive(other)
      ? []
      : hostPortsOf(other)
          .filter(({ port, protocol }) => wanted.some(each => each.port === port && each.protocol === protocol))
          .map(held => ({ ...held, pod: other })),
  )
}

function draft(pod: Pod, refusal: string, holders: readonly Holder[]): Draft {
  const [first] = holders
  const ports = hostPortsOf(pod).map(({ port }) => port)
  const holder = first ? `: pod ${podKey(first.pod)} has it on ${first.pod.node}` : ''
  return {
    subject: { kind: 'Pod', namespace: pod.namespace, name: pod.name },
    message: `pod ${podKey(pod)} finds no node where host port ${first?.port ?? ports.join(', ')} is free${holder}`,
    evidence: [
      { at: `Pod ${podKey(pod)}`, observed: refusal, expected: `a node with host port ${ports.join(', ')} free` },
      ...holders.slice(0, 3).map(each => ({
        at: `Pod ${podKey(each.pod)} on ${each.pod.node}`,
        observed: `hostPort ${each.port}/${each.protocol}`,
      })),
    ],
    danger: 'the pod does not start as long as another one has the port on every node that it may run on',
    remedies: [
      {
        title: 'see who has the port; give one of the two another hostPort, or a service in its place',
        commands: [
          onWorkstation(`kubectl -n ${quote(pod.namespace)} describe pod ${quote(pod.name)}`),
          ...(first
            ? [onWorkstation(`kubectl -n ${quote(first.pod.namespace)} get pod ${quote(first.pod.name)} -o yaml`)]
            : []),
        ],
        risk: 'none',
      },
    ],
  }
}
