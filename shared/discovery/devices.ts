import { type IpDevice, ipDevicesSchema } from '../formats/ip-link.ts'
import { parseJsonWith } from '../formats/parse-json.ts'
import type { Host } from '../host.ts'
import { isOk, mapReading, type Reading, unavailable } from '../reading.ts'
import { oneLine } from '../text.ts'

/** More devices than this are not looked at. */
const mostDevices = 16_384

/** Devices by name, as `ip` prints them. */
export async function runIpDevices(
  host: Host,
  name: 'ip-addr' | 'ip-link',
): Promise<Reading<ReadonlyMap<string, IpDevice>>> {
  const result = await host.run(name)
  if (!isOk(result)) return result
  const { exitCode, stdout, stderr } = result.value
  if (exitCode !== 0) return unavailable('failed', `${name} exits ${exitCode}: ${oneLine(stderr)}`)
  return mapReading(
    parseJsonWith(ipDevicesSchema, { text: stdout, what: name }),
    devices => new Map(devices.map(device => [device.ifname, device])),
  )
}

/** Names of devices by /sys/class/net, which beside them holds a file of the bonding driver. */
export async function listDevices(host: Host): Promise<Reading<readonly string[]>> {
  return mapReading(await host.list('/sys/class/net'), names =>
    names.filter(name => name !== 'bonding_masters').slice(0, mostDevices),
  )
}
