import { isMissing, isOk } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'

const range = 'net/ipv4/ip_local_port_range'
const reserved = 'net/ipv4/ip_local_reserved_ports'

/** What the API server gives node ports from when nothing else is set. */
const nodePorts = { first: 30_000, last: 32_767 }

interface Span {
  readonly first: number
  readonly last: number
}

export default nodeCheck({
  code: 'SYS007',
  severity: 'warning',
  title: 'Node ports among ephemeral ports',
  explains: ['SVC004'],
  needs: ['sysctls'],
  run: ({ node, parts: { sysctls } }) => {
    const [ports, kept] = [sysctls.values[range], sysctls.values[reserved]]
    if (!ports || !isOk(ports)) return notRun(`/proc/sys/${range} not read`)
    const [ephemeral] = readSpans(ports.value.replace(/\s+/, '-'))
    if (!ephemeral) return notRun(`/proc/sys/${range} holds no range`)
    const shared = { first: Math.max(ephemeral.first, nodePorts.first), last: Math.min(ephemeral.last, nodePorts.last) }
    if (shared.first > shared.last) return passed
    if (!kept || !(isOk(kept) || isMissing(kept))) return notRun(`/proc/sys/${reserved} not read`)
    const text = isOk(kept) ? kept.value : ''
    return covers(readSpans(text), shared) ? passed : found(draft(node, { shared, ephemeral, text }))
  },
})

/** `30000-32767,8080`. */
const readSpans = (text: string): readonly Span[] =>
  text.split(',').flatMap(word => {
    const groups = /^(?<first>\d{1,5})(?:-(?<last>\d{1,5}))?$/.exec(word.trim())?.groups
    return groups ? [{ first: Number(groups.first), last: Number(groups.last ?? groups.first) }] : []
  })

function covers(spans: readonly Span[], wanted: Span): boolean {
  let next = wanted.first
  for (const { first, last } of spans.toSorted((a, b) => a.first - b.first)) {
    if (first <= next) next = Math.max(next, last + 1)
  }
  return next > wanted.last
}

interface Case {
  readonly shared: Span
  readonly ephemeral: Span
  readonly text: string
}

const draft = (node: string, { shared, ephemeral, text }: Case): Draft => ({
  message: `${node} gives outgoing connections source ports ${shared.first} to ${shared.last}, which are node ports`,
  evidence: [
    {
      at: `${node}:/proc/sys/${range}`,
      observed: `${ephemeral.first} to ${ephemeral.last}`,
      expected: `outside of ${nodePorts.first} to ${nodePorts.last}`,
    },
    { at: `${node}:/proc/sys/${reserved}`, observed: text === '' ? 'nothing is reserved' : text },
  ],
  danger:
    'a connection of the host can hold a port when a service is to have it, and answers to it may be sent to the service',
  remedies: [
    {
      title: 'reserve the node ports, now and after a restart',
      commands: [
        onNode(`sysctl -w net.ipv4.ip_local_reserved_ports=${[text, '30000-32767'].filter(Boolean).join(',')}`),
        onNode('sysctl net.ipv4.ip_local_reserved_ports > /etc/sysctl.d/99-node-ports.conf'),
      ],
      risk: 'low',
      rollback: `sysctl -w 'net.ipv4.ip_local_reserved_ports=${text}'; rm /etc/sysctl.d/99-node-ports.conf`,
    },
  ],
})
