import { isOk } from '../../../shared/reading.ts'
import type { Packet } from '../packet-filter/packet.ts'
import { type Crossing, crossingHop } from './filter-hops.ts'
import type { Hop } from './hop.ts'
import { deviceOn, nodeAddress } from './node-view.ts'
import { type Call, nodeOf } from './scene.ts'

/** Whether encapsulated packets leave the one node and reach the other. */
export function overlayHops(call: Call): readonly Hop[] {
  const { source, target, scene } = call
  const [here, there] = [nodeOf(scene, source.node), nodeOf(scene, target.node)]
  if (source.node === target.node || source.node === null || target.node === null || !isOk(here)) return []
  const device = deviceOn(here.value, target.address)
  const overlays = isOk(here.value.overlays) ? here.value.overlays.value.overlays : []
  const port = overlays.find(({ name }) => name === device)?.port ?? null
  const [from, to] = [nodeAddress(scene, source.node, 4), nodeAddress(scene, target.node, 4)]
  if (port === null || from === null || to === null) return []
  const carrier: Pick<Packet, 'source' | 'destination' | 'protocol' | 'state'> = {
    source: { address: from, port: 41_000 },
    destination: { address: to, port },
    protocol: 'udp',
    state: 'NEW',
  }
  const out: Packet = { ...carrier, path: 'output', input: null, output: deviceOn(here.value, to) }
  const text = `packets of the overlay ${device} (${port}/udp)`
  const crossings: Crossing[] = [{ node: source.node, parts: here.value, step: 'overlay', packets: [out], text }]
  if (isOk(there)) {
    const into: Packet = { ...carrier, path: 'input', input: deviceOn(there.value, from), output: null }
    crossings.push({ node: target.node, parts: there.value, step: 'overlay', packets: [into], text })
  }
  return crossings.map(crossing => crossingHop(crossing, { ...call, source: { ...source, isHost: true } }))
}
