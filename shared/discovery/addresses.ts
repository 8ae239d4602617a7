import { parseLocalAddresses } from '../formats/fib-trie.ts'
import { parseIfInet6 } from '../formats/if-inet6.ts'
import { parseProcRoute } from '../formats/proc-route.ts'
import type { Route } from '../formats/route.ts'
import type { Host } from '../host.ts'
import { contains, parseAddress, parseNetwork } from '../ip.ts'
import { limits } from '../limits.ts'
import { isMissing, isOk, ok, type Reading } from '../reading.ts'
import { readText } from '../text.ts'

interface DeviceAddress {
  readonly device: string
  readonly address: string
}

/**
 * Addresses by device, for hosts whose `ip` prints no JSON; null when not all can be assigned. The kernel's files list
 * IPv4 addresses without their device: it is the device of the enclosing connected route, otherwise `only`, the single
 * device there is.
 */
export async function readProcAddresses(
  host: Host,
  only: string | null = null,
): Promise<ReadonlyMap<string, readonly string[]> | null> {
  const local = await readText(host, '/proc/net/fib_trie', { maxBytes: limits.commandBytes })
  const table = await readText(host, '/proc/net/route', { maxBytes: limits.commandBytes })
  const routes = isOk(table) ? parseProcRoute(table.value) : table
  const addresses6 = await readIpv6(host)
  if (!isOk(local) || !isOk(routes) || !isOk(addresses6)) return null
  const addresses4 = parseLocalAddresses(local.value).map(address => {
    const alone = only === null ? null : { device: only, address: `${address}/32` }
    return placeAddress(address, routes.value) ?? alone
  })
  return addresses4.every(found => found !== null) ? byDevice([...addresses4, ...addresses6.value]) : null
}

/** A kernel without IPv6 has no such file. */
async function readIpv6(host: Host): Promise<Reading<readonly DeviceAddress[]>> {
  const text = await readText(host, '/proc/net/if_inet6')
  if (isMissing(text)) return ok([])
  return isOk(text) ? parseIfInet6(text.value) : text
}

function placeAddress(text: string, routes: readonly Route[]): DeviceAddress | null {
  if (text.startsWith('127.')) return { device: 'lo', address: `${text}/8` }
  const address = parseAddress(text)
  const connected = routes.flatMap(({ destination, device, gateway }) => {
    const network = gateway === null && device !== null ? parseNetwork(destination) : null
    return network && device !== null && address && network.prefix > 0 && contains(network, address)
      ? [{ network, device }]
      : []
  })
  const [narrowest] = connected.sort((a, b) => b.network.prefix - a.network.prefix)
  return narrowest ? { device: narrowest.device, address: `${text}/${narrowest.network.prefix}` } : null
}

function byDevice(addresses: readonly DeviceAddress[]): ReadonlyMap<string, readonly string[]> {
  const devices = new Map<string, string[]>()
  for (const { device, address } of addresses) devices.set(device, [...(devices.get(device) ?? []), address])
  return devices
}
