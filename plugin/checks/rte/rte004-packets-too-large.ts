import type { Evidence } from '../../../shared/finding.ts'
import { isOk } from '../../../shared/reading.ts'
import { clusterCheck, type Draft, foundAmong } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { undecidedPaths } from '../../model/path-faults.ts'
import { mtuOf, type NodeMtu } from '../../model/path-mtu.ts'

export default clusterCheck({
  code: 'RTE004',
  severity: 'error',
  title: 'MTU too large for the path',
  explains: ['NET005', 'SYS010', 'CNI015'],
  cluster: ['nodes'],
  wants: ['links', 'routes', 'overlays'],
  decisive: ['links', 'overlays'],
  run: ({ cluster, nodes, notRead }) => {
    const known = cluster.nodes.flatMap(node => {
      const parts = nodes.get(node.name)
      if (!parts || !isOk(parts.links) || !isOk(parts.routes)) return []
      const overlays = isOk(parts.overlays) ? parts.overlays.value : null
      return mtuOf({ node, links: parts.links.value, routes: parts.routes.value, overlays }) ?? []
    })
    return foundAmong(
      known.flatMap(mtu => overlayDraft(mtu) ?? plainDraft(mtu, known) ?? []),
      undecidedPaths({ nodes, notRead }),
    )
  },
})

/** An encapsulated full-size packet does not fit into the uplink. */
function overlayDraft({ node, uplink, overlay, adapts }: NodeMtu): Draft | null {
  if (!overlay || adapts || overlay.mtu + overlay.overhead <= uplink.mtu) return null
  const fitting = uplink.mtu - overlay.overhead
  return {
    subject: { kind: 'Node', name: node },
    message: `packets of ${overlay.name} on ${node} do not fit into ${uplink.name}: ${overlay.mtu} + ${overlay.overhead} > ${uplink.mtu} bytes`,
    evidence: [
      {
        at: `${node}:/sys/class/net/${overlay.name}/mtu`,
        observed: String(overlay.mtu),
        expected: `at most ${fitting}`,
      },
      { at: `${node}:/sys/class/net/${uplink.name}/mtu`, observed: String(uplink.mtu) },
    ],
    danger,
    remedies: [
      ...raise(uplink),
      {
        title: 'or lower the MTU of the overlay in the CNI’s configuration, restart its agents and make the pods anew',
        commands: [onNode(`ip link set ${overlay.name} mtu ${fitting}`)],
        risk: 'low',
        rollback: `ip link set ${overlay.name} mtu ${overlay.mtu}`,
      },
    ],
  }
}

const danger =
  'small packets pass, large ones vanish: connections open and then hang when much is sent, such as in TLS handshakes and downloads'

/** Pods send larger packets than the uplink allows; if other nodes' uplinks allow them, the sender is never told. */
function plainDraft({ node, uplink, pods, overlay, adapts }: NodeMtu, all: readonly NodeMtu[]): Draft | null {
  if (overlay || adapts || !pods || pods.mtu <= uplink.mtu) return null
  const larger = all.filter(
    other => other.node !== node && other.uplink.mtu > uplink.mtu && (other.pods?.mtu ?? 0) > uplink.mtu,
  )
  return {
    subject: { kind: 'Node', name: node },
    severity: larger.length > 0 ? 'error' : 'warning',
    confidence: larger.length > 0 ? 'certain' : 'likely',
    message:
      larger.length > 0
        ? `${uplink.name} of ${node} takes ${uplink.mtu} bytes, pods and other nodes send ${pods.mtu}`
        : `pods of ${node} send ${pods.mtu} bytes, its ${uplink.name} takes ${uplink.mtu}`,
    evidence: [
      {
        at: `${node}:/sys/class/net/${uplink.name}/mtu`,
        observed: String(uplink.mtu),
        expected: `at least ${pods.mtu}`,
      },
      { at: `${node}:/sys/class/net/${pods.name}/mtu`, observed: String(pods.mtu) },
      ...larger.slice(0, 3).map(uplinkEvidence),
    ],
    danger,
    remedies: [
      ...raise(uplink, pods.mtu),
      {
        title: 'or let the CNI’s configuration of this node give pods what the uplink takes, and make the pods anew',
        commands: [onNode(`grep -rn mtu /etc/cni/net.d/   # "mtu": ${uplink.mtu}`)],
        risk: 'disruptive',
        rollback: 'put the old value back',
      },
    ],
  }
}

const uplinkEvidence = ({ node, uplink }: NodeMtu): Evidence => ({
  at: `${node}:/sys/class/net/${uplink.name}/mtu`,
  observed: String(uplink.mtu),
})

const raise = ({ name, mtu }: NodeMtu['uplink'], wanted = 1500) => [
  {
    title: 'raise the MTU of the uplink if the network below takes it, and in the host’s network configuration as well',
    commands: [onNode(`ip link set ${name} mtu ${Math.max(wanted, mtu)}`)],
    risk: 'low' as const,
    rollback: `ip link set ${name} mtu ${mtu}`,
  },
]
