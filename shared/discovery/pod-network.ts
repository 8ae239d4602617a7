import * as z from 'zod/mini'
import { parseProcNetDev } from '../formats/proc-net-dev.ts'
import { routeSchema } from '../formats/route.ts'
import type { Host } from '../host.ts'
import { readingOf } from '../part.ts'
import { isOk, mapReading, ok, type Reading, unavailable, valueOr } from '../reading.ts'
import { readText } from '../text.ts'
import { readProcAddresses } from './addresses.ts'
import { runIpDevices } from './devices.ts'
import { readListeners } from './listeners.ts'
import { readProcRoutes, runIpRoutes } from './routes.ts'
import { firstRead, mapReads, readNumber, unlessUnread } from './values.ts'

/** Each fact has its own reading: addresses may be read while socket tables are not. */
export const podNetworkSchema = z.object({
  devices: readingOf(
    z.array(
      z.object({
        name: z.string(),
        /** Null when unknown, and for `lo`. */
        mtu: z.nullable(z.number()),
      }),
    ),
  ),
  /** With prefix, such as `10.244.1.7/24`; includes `lo`. */
  addresses: readingOf(z.array(z.object({ device: z.string(), address: z.string() }))),
  /** Routes of the main table. */
  routes: readingOf(z.array(routeSchema)),
  listeners: readingOf(
    z.object({
      sockets: z.array(
        z.object({
          protocol: z.enum(['tcp', 'udp']),
          family: z.union([z.literal(4), z.literal(6)]),
          /** `0.0.0.0` and `::` mean all addresses. */
          address: z.string(),
          port: z.number(),
        }),
      ),
      /** False when there may be more. */
      complete: z.boolean(),
      /** The same for TCP only. */
      completeTcp: z.boolean(),
    }),
  ),
  /**
   * The first unprivileged port. The kernel shows it only to processes inside the namespace, so only recordings made
   * there have it.
   */
  firstFreePort: readingOf(z.number()),
})
type PodNetwork = z.infer<typeof podNetworkSchema>

/** Limits for devices and the like, of which a pod has few. */
const mostDevices = 64
const mostRoutes = 1024
const mostListeners = 1024

/** Reads a pod's network from inside; socket tables only while `hasTime`. */
export async function readPodNetwork(host: Host, hasTime: () => boolean): Promise<Reading<PodNetwork>> {
  const devices = await readDevices(host)
  const [addresses, table, listening] = await Promise.all([
    readAddresses(host, devices),
    firstRead([() => readProcRoutes(host), () => runIpRoutes(host)]),
    hasTime() ? readListeners(host) : noTime,
  ])
  const network: PodNetwork = {
    devices,
    addresses,
    routes: mapReading(table, routes => routes.filter(isMain).slice(0, mostRoutes)),
    listeners: mapReading(listening, ({ listeners, complete, completeTcp }) => ({
      sockets: listeners.slice(0, mostListeners).map(({ protocol, family, address, port }) => ({
        protocol,
        family,
        address,
        port,
      })),
      complete: complete && listeners.length <= mostListeners,
      completeTcp: completeTcp && listeners.length <= mostListeners,
    })),
    firstFreePort: await readNumber(host, '/proc/sys/net/ipv4/ip_unprivileged_port_start'),
  }
  return unlessUnread(Object.values(network), network)
}

const noTime = unavailable('timeout', 'tables of sockets of other pods took all the time there is for them')

const isMain = ({ table }: { readonly table: string }): boolean => table === 'main'

/** MTUs are in the pod's own sysfs; recordings contain the output of `ip` instead. */
async function readDevices(host: Host): Promise<PodNetwork['devices']> {
  const text = await readText(host, '/proc/net/dev', { maxBytes: 65_536, keep: 'head' })
  const printed = await runIpDevices(host, 'ip-link')
  if (!isOk(text)) {
    return mapReading(printed, devices => [...devices].map(([name, { mtu }]) => ({ name, mtu: mtu ?? null })))
  }
  const names = parseProcNetDev(text.value)
  if (!isOk(names)) return names
  const devices = await mapReads(names.value.slice(0, mostDevices), async name => {
    const told = isOk(printed) ? printed.value.get(name)?.mtu : undefined
    if (told !== undefined || name === 'lo') return { name, mtu: told ?? null }
    const mtu = await readNumber(host, `/sys/class/net/${name}/mtu`)
    return { name, mtu: valueOr(mtu, null) }
  })
  return ok(devices)
}

async function readAddresses(host: Host, devices: PodNetwork['devices']): Promise<PodNetwork['addresses']> {
  const printed = await runIpDevices(host, 'ip-addr')
  if (isOk(printed)) {
    return ok(
      [...printed.value].flatMap(([device, { addr_info = [] }]) =>
        addr_info.flatMap(({ local, prefixlen }) =>
          local === undefined || prefixlen === undefined ? [] : [{ device, address: `${local}/${prefixlen}` }],
        ),
      ),
    )
  }
  const others = isOk(devices) ? devices.value.filter(({ name }) => name !== 'lo') : []
  const [only] = others.length === 1 ? others : []
  const read = await readProcAddresses(host, only?.name)
  if (read) return ok([...read].flatMap(([device, all]) => all.map(address => ({ device, address }))))
  const table = await readText(host, '/proc/net/fib_trie', { maxBytes: 65_536, keep: 'head' })
  return isOk(table) ? unavailable('failed', 'the kernel does not tell the devices of all addresses') : table
}
