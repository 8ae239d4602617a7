import * as z from 'zod/mini'
import { readProcAddresses } from '../discovery/addresses.ts'
import { listDevices, runIpDevices } from '../discovery/devices.ts'
import { mapReads, readNumber, readValue } from '../discovery/values.ts'
import type { IpDevice } from '../formats/ip-link.ts'
import type { Host } from '../host.ts'
import { definePart } from '../part.ts'
import { isMissing, isOk, ok, type Reading, valueOr } from '../reading.ts'

/** Network devices of the host. */
const linksSchema = z.object({
  links: z.array(
    z.object({
      name: z.string(),
      index: z.nullable(z.number()),
      mtu: z.nullable(z.number()),
      /** `up`, `down`, `unknown`, … as the kernel writes operstate. */
      state: z.nullable(z.string()),
      mac: z.nullable(z.string()),
      /** `bridge`, `veth`, `vxlan`, …; null for a physical device or when unknown. */
      kind: z.nullable(z.string()),
      /** The bridge or bond this device belongs to. */
      master: z.nullable(z.string()),
      /** Addresses with prefix, such as `10.244.1.1/24`. */
      addresses: z.array(z.string()),
    }),
  ),
  /** False when addresses could not be read; `addresses` is then empty. */
  hasAddresses: z.boolean(),
})
export type Links = z.infer<typeof linksSchema>
export type Link = Links['links'][number]

export const links = definePart<Links>({
  schema: linksSchema,
  collect: async host => {
    const names = await listDevices(host)
    const sources = await Promise.all([runIpDevices(host, 'ip-link'), runIpDevices(host, 'ip-addr')])
    const printed = sources.flatMap(source => (isOk(source) ? [source.value] : []))
    if (!isOk(names) && printed.length === 0) return isMissing(names) && !isOk(sources[0]) ? sources[0] : names
    const devices = new Set([...valueOr(names, []), ...printed.flatMap(each => [...each.keys()])])
    const addresses = await readAddresses(host, sources[1])
    const links = await mapReads([...devices], async name => ({
      ...(await readDevice(host, { name, printed: printed.flatMap(each => each.get(name) ?? []) })),
      addresses: [...(addresses?.get(name) ?? [])],
    }))
    return ok({ links, hasAddresses: addresses !== null })
  },
})

type Addresses = ReadonlyMap<string, readonly string[]>

/** Addresses by device; null when they could not be read. */
async function readAddresses(host: Host, devices: Reading<ReadonlyMap<string, IpDevice>>): Promise<Addresses | null> {
  if (!isOk(devices)) return readProcAddresses(host)
  return new Map([...devices.value].map(([name, { addr_info = [] }]) => [name, addr_info.flatMap(addressOf)]))
}

const addressOf = ({ local, prefixlen }: NonNullable<IpDevice['addr_info']>[number]): string[] =>
  local === undefined || prefixlen === undefined ? [] : [`${local}/${prefixlen}`]

/** Reads a device from sysfs, supplemented by the output of `ip`. */
async function readDevice(
  host: Host,
  { name, printed }: { name: string; printed: readonly IpDevice[] },
): Promise<Omit<Link, 'addresses'>> {
  const folder = `/sys/class/net/${name}`
  const number = async (file: string) => known(await readNumber(host, `${folder}/${file}`))
  const text = async (file: string) => known(await readValue(host, `${folder}/${file}`)) || null
  return {
    name,
    index: (await number('ifindex')) ?? firstOf(printed, device => device.ifindex),
    mtu: (await number('mtu')) ?? firstOf(printed, device => device.mtu),
    state: ((await text('operstate')) ?? firstOf(printed, device => device.operstate))?.toLowerCase() ?? null,
    mac: (await text('address')) ?? firstOf(printed, device => device.address),
    kind: firstOf(printed, device => device.linkinfo?.info_kind) ?? kindOf((await text('uevent')) ?? ''),
    master: (await readMaster(host, folder)) ?? firstOf(printed, device => device.master),
  }
}

const known = <T>(reading: Reading<T>): T | null => valueOr(reading, null)

const firstOf = <T>(printed: readonly IpDevice[], get: (device: IpDevice) => T | undefined): T | null =>
  printed.map(get).find(value => value !== undefined) ?? null

/** Drivers write their type to the uevent file, except veth and physical devices. */
const kindOf = (uevent: string): string | null => /^DEVTYPE=(?<kind>.+)$/m.exec(uevent)?.groups?.kind ?? null

async function readMaster(host: Host, folder: string): Promise<string | null> {
  const link = await host.stat(`${folder}/master`)
  const target = isOk(link) ? link.value.target : undefined
  return target?.slice(target.lastIndexOf('/') + 1) ?? null
}
