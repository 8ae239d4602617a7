import type { Conntrack } from '../../../shared/node/conntrack.ts'
import type { KubeProxy } from '../../../shared/node/kube-proxy.ts'
import type { Processes } from '../../../shared/node/processes.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, type Outcome, passed } from '../../engine/check.ts'
import { isSilent } from '../../model/api-node.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { componentOf } from '../../model/components.ts'
import { isFull, tableUse } from '../../model/connection-table.ts'
import { type DaemonState, daemonState, lastWords } from '../../model/daemons.ts'
import { podKey } from '../../model/pods.ts'
import { isKubeProxy, serviceProxy } from '../../model/service-proxy.ts'

export default nodeCheck({
  code: 'PRX001',
  severity: 'error',
  title: 'kube-proxy does not run on a node',
  explains: ['PRX005', 'PRX006', 'NET003', 'API003', 'NOD004', 'DNS001'],
  needs: [],
  wants: ['kubeProxy', 'processes', 'conntrack'],
  cluster: ['pods', 'daemonSets', 'nodes'],
  wantsCluster: ['componentLogs'],
  run: ({ node: name, maybe, cluster: { pods, daemonSets, nodes }, maybeCluster, takenAt }) => {
    const node = nodes.find(node => node.name === name)
    const sets = daemonSets.filter(
      ({ labels, containers, name }) => componentOf({ labels, containers, names: [name] })?.id === 'kube-proxy',
    )
    const state = daemonState(
      { name, labels: node?.labels ?? {} },
      { pods, daemonSets: sets, isPart: isKubeProxy },
      takenAt,
    )
    const answer = answerOf(maybe.kubeProxy)
    if (state.kind === 'broken' && !isSilent(node)) {
      const words =
        state.container && lastWords(maybeCluster.componentLogs, { pod: state.pod, container: state.container.name })
      return found(down({ node: name, state, words, answer }))
    }
    if (state.kind === 'not-wanted' || state.kind === 'absent') {
      const proxy = serviceProxy({ node, name, pods, daemonSets, ...maybe })
      if (proxy.kind === 'replaced') return notApplicable(`${proxy.by} takes the place of kube-proxy`)
      if (proxy.kind === 'embedded') return byAnswer(name, answer, maybe)
      if (state.kind === 'absent' && answer !== 'answers') return found(absent(name, sets[0]?.name ?? 'kube-proxy'))
      if (proxy.kind === 'kube-proxy' && proxy.as === 'process') return byAnswer(name, answer, maybe)
      if (answer === 'answers') return passed
      return unseen(name, answer, isOk(maybe.processes))
    }
    return byAnswer(name, answer, maybe)
  },
})

type Answer = 'answers' | 'silent' | 'refused' | 'unread'

/** The combined answer of kube-proxy's two loopback ports. */
function answerOf(kubeProxy: Reading<KubeProxy>): Answer {
  if (!isOk(kubeProxy)) return 'unread'
  const readings: readonly Reading<unknown>[] = [kubeProxy.value.healthz, kubeProxy.value.mode]
  if (readings.some(isOk)) return 'answers'
  const reasons = readings.flatMap(reading => (isOk(reading) ? [] : [reading]))
  if (reasons.every(({ reason }) => reason === 'timeout')) return 'silent'
  return reasons.every(({ reason, detail }) => reason === 'missing' || /refused/i.test(detail)) ? 'refused' : 'unread'
}

/** A running kube-proxy that answers on neither port hangs, unless the kernel drops the request. */
function byAnswer(
  node: string,
  answer: Answer,
  { conntrack, processes }: { readonly conntrack: Reading<Conntrack>; readonly processes: Reading<Processes> },
): Outcome {
  const list = isOk(processes) ? processes.value.processes : []
  const stopped = list.find(({ name, state }) => name === 'kube-proxy' && state === 'T')
  if (stopped) return found(halted(node, stopped.pid))
  if (answer === 'unread') return notRun('whether kube-proxy answers on the node was not seen')
  if (answer !== 'silent') return passed
  const use = isOk(conntrack) ? tableUse(conntrack.value) : null
  if (use && isFull(use)) return notRun('kube-proxy did not answer, and the full connection table may be the reason')
  return found(hanging(node))
}

/** No pod, no known replacement, no answer. Only the process list proves that there is none. */
function unseen(node: string, answer: Answer, hasProcesses: boolean): Outcome {
  if (answer === 'refused' && hasProcesses)
    return found({ ...absent(node, 'kube-proxy'), severity: 'warning', confidence: 'likely' })
  return notRun('no kube-proxy pod is there, and whether a process of the host does its work was not seen')
}

interface Down {
  readonly node: string
  readonly state: Extract<DaemonState, { kind: 'broken' }>
  readonly words: string | null
  readonly answer: Answer
}

const danger = 'services made or changed from now on do not work from this node, and rules lead to pods that are gone'

function down({ node, state: { pod, container, why }, words, answer }: Down): Draft {
  return {
    message: `kube-proxy does not run on ${node}: ${words ? `its log ends with "${words}"` : why}`,
    evidence: [
      { at: `Pod ${podKey(pod)}`, observed: why, expected: 'Running and Ready' },
      ...(words ? [{ at: `log of ${podKey(pod)} ${container?.name ?? ''}`.trim(), observed: words }] : []),
      ...(answer === 'refused'
        ? [{ at: `${node}: http://127.0.0.1:10256/healthz`, observed: 'connection refused', expected: '200' }]
        : []),
    ],
    danger,
    remedies: [
      {
        title: 'read why it ends, and correct its configuration or what it misses on the node',
        commands: [
          onWorkstation(`kubectl -n ${quote(pod.namespace)} logs ${quote(pod.name)} --previous`),
          onWorkstation(`kubectl -n ${quote(pod.namespace)} describe pod ${quote(pod.name)}`),
        ],
        risk: 'none',
      },
    ],
  }
}

const absent = (node: string, set: string): Draft => ({
  message: `kube-proxy does not run on ${node}: there is neither a pod nor an answer on its ports`,
  evidence: [
    { at: `DaemonSet ${set}`, observed: `no pod on ${node}`, expected: 'a ready pod on every node' },
    { at: `${node}: http://127.0.0.1:10256/healthz`, observed: 'no answer', expected: '200' },
  ],
  danger,
  remedies: [
    {
      title: 'see why the DaemonSet puts no pod there: taints, node selector, quota',
      commands: [
        onWorkstation(`kubectl describe node ${quote(node)}`),
        onWorkstation('kubectl -n kube-system describe daemonset kube-proxy'),
      ],
      risk: 'none',
    },
  ],
})

const halted = (node: string, pid: number): Draft => ({
  ...hanging(node),
  severity: 'error',
  confidence: 'certain',
  message: `kube-proxy on ${node} is stopped: its process does nothing until it is told to go on`,
  evidence: [{ at: `${node}: /proc/${pid}/stat`, observed: 'state T (stopped)', expected: 'S or R' }],
  remedies: [
    {
      title: 'let it go on, and find out who stopped it (a debugger, a checkpoint, a SIGSTOP)',
      commands: [onNode(`kill -CONT ${pid}`)],
      risk: 'low',
    },
  ],
})

const hanging = (node: string): Draft => ({
  severity: 'warning',
  confidence: 'likely',
  message: `kube-proxy on ${node} does not answer: its process seems to hang`,
  evidence: [
    { at: `${node}: http://127.0.0.1:10256/healthz`, observed: 'timeout', expected: '200' },
    { at: `${node}: http://127.0.0.1:10249/proxyMode`, observed: 'timeout', expected: 'its mode' },
  ],
  danger,
  remedies: [
    {
      title: 'see what the process does, then start it anew',
      commands: [
        onNode('ps -o pid,stat,wchan:20,args -C kube-proxy'),
        onWorkstation(
          `kubectl -n kube-system delete pod -l k8s-app=kube-proxy --field-selector spec.nodeName=${quote(node)}`,
        ),
      ],
      risk: 'low',
    },
  ],
})
