import type { CniDaemons } from '../../../shared/node/cni-daemons.ts'
import { isMissing, isOk, type Reading } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import type { Pod } from '../../cluster/pods.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { servesPods } from '../../model/cni-products.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { harmOn } from '../../model/harm.ts'
import { livePodsOn, podKey } from '../../model/pods.ts'
import type { SandboxFailure } from '../../model/sandbox-failures.ts'

export default nodeCheck({
  code: 'CNI014',
  severity: 'error',
  title: 'Cilium agent socket missing',
  explains: ['POD001'],
  needs: ['cniConfig'],
  wants: ['runtime', 'cniDaemons', 'kernel'],
  cluster: ['nodes', 'pods'],
  wantsCluster: ['events'],
  run: ({ node, parts: { cniConfig }, maybe, cluster: { nodes, pods }, maybeCluster, takenAt }) => {
    const known = nodes.find(({ name }) => name === node)
    const serves = servesPods('cilium', { config: cniConfig, runtime: maybe.runtime, node: known })
    if (!isOk(serves)) return notRun(serves.detail)
    if (!serves.value) return notApplicable('Cilium serves no pods here')
    const socket = socketOf(maybe.cniDaemons)
    if (isOk(socket)) return passed
    const { failures, known: isKnown } = harmOn(node, { pods: { status: 'ok', value: pods }, ...maybeCluster }, takenAt)
    const failure = failures.find(({ text }) => namesAgent.test(text))
    const isBooting =
      isOk(maybe.kernel) && isOk(maybe.kernel.value.uptimeSeconds) && maybe.kernel.value.uptimeSeconds.value < 60
    const agent = livePodsOn(pods, node).find(pod => cniComponentsOf(pod).includes('cilium'))
    if (failure && !isBooting) return found(draft(node, { failure, agent, isGone: isMissing(socket) }))
    return isKnown ? passed : notRun(`neither the socket nor events were read: ${socket.detail}`)
  },
})

const path = '/var/run/cilium/cilium.sock'

const socketOf = (daemons: Reading<CniDaemons>): Reading<string> =>
  isOk(daemons)
    ? (daemons.value.sockets[path] ?? {
        status: 'unavailable',
        reason: 'not-recorded',
        detail: `${path} was not looked for`,
      })
    : daemons

/** The plugin's messages, in all releases, when it does not reach its agent. */
const namesAgent = /cilium\.sock|cilium[ -](?:agent|daemon)|Is the agent running/i

interface Scene {
  readonly failure: SandboxFailure
  readonly agent: Pod | undefined
  readonly isGone: boolean
}

const draft = (node: string, { failure, agent, isGone }: Scene): Draft => ({
  confidence: isGone ? 'certain' : 'likely',
  message: `Cilium’s plugin does not reach its agent on ${node}${isGone ? `: ${path} is missing` : ''}`,
  evidence: [
    ...(isGone ? [{ at: `${node}:${path}`, observed: 'missing', expected: 'a socket' }] : []),
    { at: `Event of Pod ${podKey(failure.pod)}`, observed: oneLine(failure.text, 240) },
    {
      at: agent ? `Pod ${podKey(agent)}` : 'API: Pods',
      observed: agent ? (agent.ready ? 'is Ready' : 'is not Ready') : `no pod of Cilium on ${node}`,
    },
  ],
  danger: 'no pod gets a network on this node, and none that ends is cleaned up',
  remedies: [
    {
      title: 'start the agent of this node again and read why it does not open its socket on the host',
      commands: [
        onNode('ls -l /var/run/cilium'),
        onWorkstation(
          agent
            ? `kubectl -n ${quote(agent.namespace)} delete pod ${quote(agent.name)}`
            : `kubectl get pods -A -l k8s-app=cilium --field-selector spec.nodeName=${quote(node)}`,
        ),
      ],
      risk: 'low',
    },
  ],
})
