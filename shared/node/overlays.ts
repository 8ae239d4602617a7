import * as z from 'zod/mini'
import { readOutput } from '../discovery/command-output.ts'
import { listDevices } from '../discovery/devices.ts'
import { mapReads, readNumber, readValue } from '../discovery/values.ts'
import { type Overlay, overlayKinds, overlaySchema, parseIpTunnels } from '../formats/ip-tunnel.ts'
import type { Host } from '../host.ts'
import { definePart } from '../part.ts'
import { isOk, mapReading, ok, type Reading, valueOr } from '../reading.ts'

/** Tunnels and other virtual devices on top of physical ones. */
export const overlaysSchema = z.object({
  overlays: z.array(overlaySchema),
  /** False when only /sys was read: no ids, ports and addresses, and only kinds whose driver names itself. */
  complete: z.boolean(),
})
export type Overlays = z.infer<typeof overlaysSchema>

export const overlays = definePart<Overlays>({
  schema: overlaysSchema,
  collect: async host => {
    const printed = await readOutput(host, 'ip-link')
    const parsed = isOk(printed) ? parseIpTunnels(printed.value) : printed
    if (isOk(parsed)) return ok({ overlays: parsed.value, complete: true })
    return mapReading(await readSysfs(host), list => ({ overlays: list, complete: false }))
  },
})

async function readSysfs(host: Host): Promise<Reading<Overlay[]>> {
  const names = await listDevices(host)
  if (!isOk(names)) return names
  const found = await mapReads(names.value, name => readDevice(host, name))
  return ok(found.filter(overlay => overlay !== null))
}

async function readDevice(host: Host, name: string): Promise<Overlay | null> {
  const folder = `/sys/class/net/${name}`
  const uevent = await readValue(host, `${folder}/uevent`)
  const kind = (isOk(uevent) ? /^DEVTYPE=(?<kind>.+)$/m.exec(uevent.value)?.groups?.kind : null) ?? ''
  const type = isOk(uevent) && kind === '' ? await readNumber(host, `${folder}/type`) : null
  const known = kind || (type !== null && isOk(type) ? (tunnelTypes[type.value] ?? '') : '')
  if (!overlayKinds.has(known)) return null
  const [mtu, state, mac] = await Promise.all([
    readNumber(host, `${folder}/mtu`),
    readValue(host, `${folder}/operstate`),
    readValue(host, `${folder}/address`),
  ])
  return {
    name,
    kind: known,
    mtu: valueOr(mtu, null),
    state: isOk(state) ? state.value.toLowerCase() : null,
    mac: isOk(mac) ? mac.value || null : null,
    underlay: null,
    id: null,
    port: null,
    local: null,
    remote: null,
    learning: null,
  }
}

/** ARPHRD numbers of linux/if_arp.h. */
const tunnelTypes: Readonly<Record<number, string>> = { 768: 'ipip', 769: 'ip6tnl', 776: 'sit', 778: 'gre' }
