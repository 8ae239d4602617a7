import type { Sockets } from '../../../shared/node/sockets.ts'
import type { Sysctls } from '../../../shared/node/sysctls.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { unheardAgents } from '../../model/daemon-logs.ts'
import { blockadeEvidence, confidenceOf, listed, removal } from '../../model/packet-filter/blockade-text.ts'
import {
  type Blockade,
  filterParts,
  requiredPortsOn,
  trafficParts,
  tryNode,
} from '../../model/packet-filter/blockades.ts'
import type { RequiredPort } from '../../model/packet-filter/required-ports.ts'
import { type RefusedPort, refusedPorts } from '../../model/refused-ports.ts'

export default nodeCheck({
  code: 'NOD009',
  severity: 'warning',
  title: 'Required port blocked or taken',
  explains: ['NOD003', 'NET002', 'API003', 'CNI007'],
  needs: [],
  wants: [...filterParts, 'sockets', 'sysctls'],
  wantsCluster: [...trafficParts, 'componentLogs'],
  decisive: ['links', 'overlays', 'services', 'endpointSlices'],
  run: ({ node, maybe, maybeCluster, takenAt }) => {
    const { blockades, unknown } = tryNode({ node, parts: maybe, cluster: maybeCluster })
    const closed = blockades.filter(({ journey }) => journey.packet.path === 'input' && journey.isPort)
    const ports = requiredPortsOn({ node, parts: maybe, cluster: maybeCluster })
    const taken = isOk(maybe.sockets) ? takenAmong(ports, maybe.sockets.value) : []
    const refused = refusedPorts(node, maybeCluster, takenAt).filter(
      ({ port }) => !taken.some(each => each.port.port === port),
    )
    const drafts = [
      ...blockedDraft(node, closed),
      ...taken.map(each => takenDraft(node, each)),
      ...refused.map(each => refusedDraft({ node, refused: each, sysctls: maybe.sysctls })),
    ]
    if (drafts.length > 0) return found(...drafts)
    const unread = isOk(maybe.sockets) ? unheardAgents(maybeCluster, node) : maybe.sockets.detail
    return (unknown ?? unread) === null ? passed : notRun(unknown ?? unread ?? '')
  },
})

interface Taken {
  readonly port: RequiredPort
  readonly by: string
  readonly pid: number
}

/** Required ports on which an unexpected program listens. */
const takenAmong = (ports: readonly RequiredPort[], { listeners }: Sockets): readonly Taken[] =>
  ports.flatMap(port => {
    const owners = listeners
      .filter(each => each.port === port.port && each.protocol === port.protocol && !isLoopback(each.address))
      .flatMap(({ owner }) => (isOk(owner) ? [owner.value] : []))
    const isServed = owners.some(({ name }) => port.listeners?.test(name))
    const stranger = owners.find(({ name }) => !port.listeners?.test(name))
    return stranger && !isServed ? [{ port, by: stranger.name, pid: stranger.pid }] : []
  })

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1'

function blockedDraft(node: string, blockades: readonly Blockade[]): readonly Draft[] {
  const [first] = blockades
  if (!first) return []
  return [
    {
      key: 'blocked',
      confidence: confidenceOf(blockades),
      message: `${node} stops packets ${listed(blockades.map(({ journey }) => journey.text))}`,
      evidence: blockadeEvidence(node, blockades),
      danger: 'logs, exec and metrics of this node, or the whole traffic of its pods, depend on these ports',
      remedies: [removal(first.by)],
    },
  ]
}

const takenDraft = (node: string, { port, by, pid }: Taken): Draft => ({
  key: `${port.port}-${port.protocol}`,
  message: `port ${port.port}/${port.protocol} of ${node}, which ${port.text} needs, is held by ${by}`,
  evidence: [
    {
      at: `${node}: sockets`,
      observed: `process ${pid} (${by}) listens on ${port.port}/${port.protocol}`,
      expected: port.text,
    },
  ],
  danger: `${port.text} cannot start there`,
  remedies: [
    {
      title: 'give the program another port, or stop it',
      commands: [
        onNode(`ss -lnp '( sport = :${port.port} )'`),
        onNode(`tr '\\0' ' ' < /proc/${pid}/cmdline; cat /proc/${pid}/cgroup`),
      ],
      risk: 'none',
    },
  ],
})

interface RefusedCase {
  readonly node: string
  readonly refused: RefusedPort
  readonly sysctls: Reading<Sysctls>
}

const range = 'net/ipv4/ip_local_port_range'

/** Who holds it is often a connection that got this port as its source, which no table of listeners shows. */
function refusedDraft({ node, refused: { protocol, port, product, pod, source, line }, sysctls }: RefusedCase): Draft {
  const ephemeral = isOk(sysctls) ? sysctls.value.values[range] : undefined
  const [first = 0, last = 0] = ephemeral && isOk(ephemeral) ? ephemeral.value.split(/\s+/).map(Number) : []
  const isEphemeral = first <= port && port <= last
  return {
    key: `${port}-${protocol}`,
    severity: 'error',
    message: `port ${port}/${protocol} of ${node}, which ${product} needs, is held by another program or connection`,
    evidence: [
      { at: source, observed: line, expected: `port ${port}/${protocol} is free for ${pod}` },
      ...(isEphemeral
        ? [
            {
              at: `${node}:/proc/sys/${range}`,
              observed: `${first} to ${last}: outgoing connections may get port ${port} as their source`,
            },
          ]
        : []),
    ],
    danger: `${product} cannot start there`,
    remedies: [
      {
        title: 'see who holds it: a second copy of the agent, another program, or an outgoing connection',
        commands: [onNode(`ss -anp '( sport = :${port} )'`)],
        risk: 'none',
      },
      ...(isEphemeral ? [reservation(port)] : []),
    ],
  }
}

const reservation = (port: number): Draft['remedies'][number] => ({
  title: 'keep outgoing connections off this port, then let the agent start again',
  commands: [
    onNode(`sysctl -w net.ipv4.ip_local_reserved_ports="$(cat /proc/sys/net/ipv4/ip_local_reserved_ports),${port}"`),
  ],
  risk: 'low',
  rollback: 'take the port out of net.ipv4.ip_local_reserved_ports again',
})
