import * as z from 'zod/mini'
import { listDevices, runIpDevices } from '../discovery/devices.ts'
import { firstRead, mapReads, readValue } from '../discovery/values.ts'
import type { IpDevice } from '../formats/ip-link.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isMissing, isOk, ok, type Reading, unavailable, valueOr } from '../reading.ts'

/** Linux bridges with their ports. The promiscuous flag is read of bridges only, because ports always have it. */
const bridgesSchema = z.object({
  bridges: z.array(
    z.object({
      name: z.string(),
      promiscuous: readingOf(z.boolean()),
      ports: z.array(z.object({ name: z.string(), hairpin: readingOf(z.boolean()) })),
    }),
  ),
})
export type Bridges = z.infer<typeof bridgesSchema>

export const bridges = definePart<Bridges>({
  schema: bridgesSchema,
  collect: async host => {
    const names = await listDevices(host)
    const printed = await runIpDevices(host, 'ip-link')
    if (!isOk(names) && !isOk(printed)) return isMissing(names) ? printed : names
    const devices = isOk(printed) ? printed.value : new Map<string, IpDevice>()
    const known = new Set([...valueOr(names, []), ...devices.keys()])
    const found = await mapReads([...known], name => readBridge({ host, devices }, name))
    const unread = found.find(bridge => !isOk(bridge))
    if (unread && !isOk(unread)) return unread
    return ok({ bridges: found.flatMap(bridge => (isOk(bridge) && bridge.value ? [bridge.value] : [])) })
  },
})

interface Sources {
  readonly host: Host
  /** Output of `ip -d -j link`; empty when it could not be run. */
  readonly devices: ReadonlyMap<string, IpDevice>
}

type Bridge = Bridges['bridges'][number]

/** Null for a device that is not a bridge. A bridge has a folder `bridge` in sysfs, and `ip` reports its kind. */
async function readBridge(sources: Sources, name: string): Promise<Reading<Bridge | null>> {
  const folder = await sources.host.list(`/sys/class/net/${name}`)
  const device = sources.devices.get(name)
  if (isOk(folder) && folder.value.includes('bridge')) return ok(await describeBridge(sources, name))
  if (device?.linkinfo?.info_kind === 'bridge') return ok(await describeBridge(sources, name))
  // A device may disappear while it is examined.
  return isOk(folder) || isMissing(folder) || device ? ok(null) : folder
}

async function describeBridge(sources: Sources, name: string): Promise<Bridge> {
  const listed = await sources.host.list(`/sys/class/net/${name}/brif`)
  const printed = [...sources.devices.values()].filter(({ master }) => master === name).map(({ ifname }) => ifname)
  const ports = new Set([...valueOr(listed, []), ...printed])
  return {
    name,
    promiscuous: await readPromiscuous(sources, name),
    ports: await mapReads([...ports].sort(), async port => ({
      name: port,
      hairpin: await readHairpin(sources, { bridge: name, port }),
    })),
  }
}

/** Bit of linux/if.h. */
const promiscuous = 0x100

async function readPromiscuous({ host, devices }: Sources, name: string): Promise<Reading<boolean>> {
  const flags = await readValue(host, `/sys/class/net/${name}/flags`)
  if (isOk(flags) && /^0x[0-9a-f]{1,8}$/.test(flags.value)) return ok((Number(flags.value) & promiscuous) !== 0)
  const printed = devices.get(name)?.flags
  if (printed) return ok(printed.includes('PROMISC'))
  return isOk(flags) ? unavailable('malformed', `the flags of ${name} are no number`) : flags
}

async function readHairpin(
  { host, devices }: Sources,
  { bridge, port }: { bridge: string; port: string },
): Promise<Reading<boolean>> {
  const paths = [`/sys/class/net/${bridge}/brif/${port}/hairpin_mode`, `/sys/class/net/${port}/brport/hairpin_mode`]
  const mode = await firstRead(paths.map(path => () => readValue(host, path)))
  if (isOk(mode) && /^[01]$/.test(mode.value)) return ok(mode.value === '1')
  const printed = devices.get(port)?.linkinfo?.info_slave_data?.hairpin
  if (printed !== undefined) return ok(printed)
  return isOk(mode) ? unavailable('malformed', `the hairpin mode of ${port} is neither 0 nor 1`) : mode
}
