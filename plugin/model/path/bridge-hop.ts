import { isOk, valueOr } from '../../../shared/reading.ts'
import { type Hop, hop } from './hop.ts'
import { asksBridgeRules, deviceOn, isSameAddress, linkOn } from './node-view.ts'
import { type Call, nodeOf, type PathNode } from './scene.ts'

/** The effect of a bridge on a service connection whose endpoint is on the same bridge; empty without a bridge. */
export function bridgeHops(call: Call): readonly Hop[] {
  const { source, target, from, front, scene } = call
  const parts = nodeOf(scene, source.node)
  if (!isOk(parts) || source.node === null || front === null || source.isHost || target.isHost) return []
  if (source.node !== target.node) return []
  const device = deviceOn(parts.value, from)
  if (device === null || linkOn(parts.value, device)?.kind !== 'bridge') return []
  const where = { node: source.node, bridge: device, parts: parts.value }
  return [isSameAddress(from, target.address) ? hairpinHop(where) : answerHop(where, from.family)]
}

interface Where {
  readonly node: string
  readonly bridge: string
  readonly parts: PathNode
}

/** The reply goes from port to port: its address is translated back only if the rules see it. */
function answerHop({ node, bridge, parts }: Where, family: 4 | 6): Hop {
  const told = { step: 'back', place: node } as const
  const asks = asksBridgeRules(parts, family)
  const key = `net.bridge.bridge-nf-call-${family === 4 ? 'iptables' : 'ip6tables'}`
  if (asks === null)
    return hop('not-looked-at', {
      ...told,
      text: `whether replies on bridge ${bridge} are translated: ${key} was not read`,
    })
  if (asks) return hop('ok', { ...told, text: `replies on bridge ${bridge} are translated back` })
  return hop('blocked', {
    ...told,
    code: 'SYS002',
    text: `replies on bridge ${bridge} skip iptables and keep the endpoint’s address, which nobody waits for`,
    evidence: [{ at: `${node}: ${key}`, observed: '0, or there is no br_netfilter', expected: '1' }],
  })
}

/** A pod's connection to itself leaves by the port on which it came in. */
function hairpinHop({ node, bridge, parts }: Where): Hop {
  const told = { step: 'back', place: node } as const
  const known = isOk(parts.bridges) ? parts.bridges.value.bridges.find(({ name }) => name === bridge) : undefined
  const modes = known?.ports.map(({ hairpin }) => valueOr(hairpin, null)) ?? []
  const isPromiscuous = known !== undefined && isOk(known.promiscuous) && known.promiscuous.value
  if (isPromiscuous || (modes.length > 0 && modes.every(mode => mode === true)))
    return hop('ok', { ...told, text: `bridge ${bridge} sends packets back to the pod that they came from` })
  if (modes.length > 0 && modes.every(mode => mode === false))
    return hop('blocked', {
      ...told,
      code: 'HPN001',
      text: `the endpoint is the pod itself, and hairpin mode is off on bridge ${bridge}`,
      evidence: [{ at: `${node}:/sys/class/net/${bridge}/brif/*/hairpin_mode`, observed: '0', expected: '1' }],
    })
  return hop('not-looked-at', {
    ...told,
    text: `whether bridge ${bridge} sends packets back to the same pod is not known`,
  })
}
