import type { Evidence } from '../../../shared/finding.ts'
import type { Sockets } from '../../../shared/node/sockets.ts'
import { isMissing, isOk, type Part } from '../../../shared/reading.ts'
import type { ContainerLog } from '../../cluster/component-logs.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { clusterCheck, type Draft, foundAmong, notApplicable } from '../../engine/check.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { containerLines, type LogLine } from '../../model/log-lines.ts'
import { type NodePortClaim, nodePortClaims, rivalClaims } from '../../model/node-port-claims.ts'
import { podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'SVC004',
  severity: 'error',
  title: 'Node port conflict',
  explains: ['PRX005'],
  wants: ['sockets'],
  cluster: ['services'],
  wantsCluster: ['componentLogs', 'nodes'],
  decisive: ['nodes', 'componentLogs'],
  run: ({ cluster: { services }, maybeCluster: { componentLogs, nodes: apiNodes }, nodes, notRead }) => {
    const claims = nodePortClaims(services)
    if (claims.length === 0) return notApplicable('no service has a node port')
    const logs = isOk(componentLogs) ? componentLogs.value : []
    const isNew = isOk(apiNodes) && apiNodes.value.length > 0 && apiNodes.value.every(holdsNoNodePorts)
    const drafts = claims.flatMap(claim => {
      const taken = takenOn(claim, { nodes, isNew })
      const refused = refusals(claim, logs)
      return taken.length > 0 || refused.length > 0 ? [draft(claim, taken, refused)] : []
    })
    const unread = [...nodes].filter(([, { sockets }]) => !isOk(sockets)).map(([node]) => node)
    return foundAmong(
      [...drafts, ...rivalClaims(claims).map(rivalDraft)],
      [
        ...(unread.length > 0 ? [{ nodes: unread, why: 'who listens on the node was not read' }] : []),
        ...[...notRead].map(([node, why]) => ({ nodes: [node], why })),
      ],
    )
  },
})

interface Taken {
  readonly node: string
  readonly address: string
  /** Null where it could not be read. */
  readonly owner: string | null
}

interface Scene {
  readonly nodes: ReadonlyMap<string, { readonly sockets: Part<Sockets> }>
  /** kube-proxy of this version holds no node ports. */
  readonly isNew: boolean
}

/** Since 1.27 at the latest kube-proxy keeps no listener for a node port. */
const holdsNoNodePorts = ({ kubeletVersion }: ApiNode): boolean => Number(/^v1\.(\d+)/.exec(kubeletVersion)?.[1]) >= 27

/** Service proxies hold ports themselves: node ports to reserve them in old versions, and those of health checks. */
const proxies =
  /^(?:kube-proxy|hyperkube|k3s(?:-server|-agent)?|rke2|kubelite|k0s|cilium-agent|cilium|kube-router|antrea-agent|calico-node|ovnkube|openshift-sdn.*)$/
const loopback = /^(?:127\.|::1$)/

/** Listeners that are not the service proxy's. It holds a port on every node: so whose name is unread may be it. */
function takenOn(claim: NodePortClaim, { nodes, isNew }: Scene): readonly Taken[] {
  const held = [...nodes].flatMap(([node, { sockets }]) => {
    const listener = isOk(sockets) ? sockets.value.listeners.find(each => isOn(claim, each)) : undefined
    return listener ? [{ node, listener }] : []
  })
  const mayBeProxy = claim.use === 'health check' || (!isNew && held.length === nodes.size)
  return held.flatMap(({ node, listener: { address, owner } }) => {
    if (isOk(owner) ? proxies.test(owner.value.name) : isMissing(owner) || mayBeProxy) return []
    return [{ node, address, owner: isOk(owner) ? owner.value.name : null }]
  })
}

const isOn = (
  { port, protocol }: NodePortClaim,
  listener: { readonly protocol: string; readonly port: number; readonly address: string },
): boolean => listener.port === port && listener.protocol === protocol.toLowerCase() && !loopback.test(listener.address)

/** kube-proxy says so itself when it cannot bind a port, also one that an outgoing connection holds. */
const refusals = ({ port }: NodePortClaim, logs: readonly ContainerLog[]) =>
  logs
    .filter(({ container }) => container.includes('kube-proxy'))
    .flatMap(log => containerLines(log).findLast(({ text }) => isRefusal(text, port)) ?? [])

const isRefusal = (text: string, port: number): boolean =>
  /address already in use/.test(text) && new RegExp(`:${port}\\b`).test(text)

function draft(claim: NodePortClaim, taken: readonly Taken[], refused: readonly LogLine[]): Draft {
  const { service, port, protocol, use } = claim
  const [first] = taken
  const nodes = taken.map(({ node }) => node)
  const who = first ? (first.owner ?? 'a process') : 'something'
  return {
    ...common(claim, nodes),
    confidence: first?.owner ? 'certain' : 'likely',
    message: `port ${port}/${protocol}, the ${use} of service ${podKey(service)}, is taken by ${who}${nodes.length > 0 ? ` on ${nodes.slice(0, 3).join(', ')}${nodes.length > 3 ? ` and ${nodes.length - 3} more nodes` : ''}` : ''}`,
    evidence: [
      { at: `Service ${podKey(service)}`, observed: `${use} ${port}/${protocol}` },
      ...taken.slice(0, 3).map(({ node, address, owner }) => ({
        at: `${node}: sockets`,
        observed: `${owner ?? 'a process whose name was not read'} listens on ${address}:${port}`,
        expected: 'nobody but the service proxy',
      })),
      ...refused.slice(0, 2).map(({ source, text }) => ({ at: source, observed: text.slice(0, 240) })),
    ],
    danger:
      use === 'node port'
        ? 'the rules of the service take all traffic to this port of the node: who listens there is reached by nobody'
        : 'the load balancer gets its answer from somebody else, or none, and sends nothing to this node',
    remedies: [
      {
        title: 'find who listens there',
        commands: [onNode(`ss -lntup 'sport = :${port}'`)],
        risk: 'none',
      },
      giveOther(claim),
    ],
  }
}

const rivalDraft = ([known, claim]: readonly [NodePortClaim, NodePortClaim]): Draft => ({
  ...common(claim, []),
  message: `services ${podKey(known.service)} and ${podKey(claim.service)} both hold node port ${claim.port}/${claim.protocol}`,
  evidence: [known, claim].map(
    ({ service, port, protocol, use }): Evidence => ({
      at: `Service ${podKey(service)}`,
      observed: `${use} ${port}/${protocol}`,
      expected: 'a port of its own',
    }),
  ),
  danger: 'which of the two is reached depends on the order of rules',
  remedies: [giveOther(claim)],
})

const common = ({ service, port, protocol, use }: NodePortClaim, nodes: readonly string[]) => ({
  subject: {
    kind: 'Service' as const,
    namespace: service.namespace,
    name: service.name,
    ...(nodes.length > 0 ? { nodes: [...nodes] } : {}),
  },
  key: `${port}-${protocol}-${use === 'node port' ? 'node' : 'health'}`,
})

const giveOther = ({ service, port }: NodePortClaim) => ({
  title: `stop who listens there, or give the service another port than ${port}`,
  commands: [onWorkstation(`kubectl edit service -n ${quote(service.namespace)} ${quote(service.name)}`)],
  risk: 'disruptive' as const,
  rollback: `set the port back to ${port} in the same way`,
})
