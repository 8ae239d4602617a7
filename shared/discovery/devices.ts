import { type IpDevice, ipDevicesSchema } from '../formats/ip-link.ts'
import { parseJsonWith } from '../formats/parse-json.ts'
import type { CommandResult, Host } from '../host.ts'
import { isOk, mapReading, type Reading, unavailable } from '../reading.ts'
import { oneLine } from '../text.ts'

/** Maximum number of devices to read. */
const mostDevices = 16_384

/** Devices by name, as `ip` prints them. */
export async function runIpDevices(host: Host, name: 'ip-addr' | 'ip-link'): Promise<Devices> {
  const result = await host.run(name)
  if (!isOk(result)) return result
  const parsed = known.get(result.value) ?? parseDevices(name, result.value)
  known.set(result.value, parsed)
  return parsed
}

type Devices = Reading<ReadonlyMap<string, IpDevice>>

/** Several parts need the same output, which is megabytes with thousands of devices. */
const known = new WeakMap<CommandResult, Devices>()

function parseDevices(name: string, { exitCode, stdout, stderr }: CommandResult): Devices {
  if (exitCode !== 0) return unavailable('failed', `${name} exits ${exitCode}: ${oneLine(stderr)}`)
  return mapReading(
    parseJsonWith(ipDevicesSchema, { text: stdout, what: name }),
    devices => new Map(devices.map(device => [device.ifname, device])),
  )
}

/** Names of devices in /sys/class/net, which also contains a file of the bonding driver. */
export async function listDevices(host: Host): Promise<Reading<readonly string[]>> {
  return mapReading(await host.list('/sys/class/net'), names =>
    names.filter(name => name !== 'bonding_masters').slice(0, mostDevices),
  )
}
