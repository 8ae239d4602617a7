import type { Sockets } from '../../../shared/node/sockets.ts'
import { isOk } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { blockadeEvidence, confidenceOf, listed, removal } from '../../model/packet-filter/blockade-text.ts'
import {
  type Blockade,
  filterParts,
  requiredPortsOn,
  trafficParts,
  tryNode,
} from '../../model/packet-filter/blockades.ts'
import type { RequiredPort } from '../../model/packet-filter/required-ports.ts'

export default nodeCheck({
  code: 'NOD009',
  severity: 'warning',
  title: 'Required port blocked or taken',
  explains: ['NOD003', 'NET002', 'API003'],
  needs: [],
  wants: [...filterParts, 'sockets'],
  wantsCluster: trafficParts,
  decisive: ['links', 'overlays', 'services', 'endpointSlices'],
  run: ({ node, maybe, maybeCluster }) => {
    const { blockades, unknown } = tryNode({ node, parts: maybe, cluster: maybeCluster })
    const closed = blockades.filter(({ journey }) => journey.packet.path === 'input' && journey.isPort)
    const ports = requiredPortsOn({ node, parts: maybe, cluster: maybeCluster })
    const taken = isOk(maybe.sockets) ? takenAmong(ports, maybe.sockets.value) : []
    const drafts = [...blockedDraft(node, closed), ...taken.map(each => takenDraft(node, each))]
    if (drafts.length > 0) return found(...drafts)
    const unread = isOk(maybe.sockets) ? null : maybe.sockets.detail
    return (unknown ?? unread) === null ? passed : notRun(unknown ?? unread ?? '')
  },
})

interface Taken {
  readonly port: RequiredPort
  readonly by: string
  readonly pid: number
}

/** Ports on which a program listens that has no business there. */
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
