import { formatAddress } from '../ip.ts'
import { ok, type Reading, unavailable } from '../reading.ts'

/** An address of a device, with its prefix: `fe80::1/64`. */
export interface DeviceAddress {
  readonly device: string
  readonly address: string
}

const line6 =
  /^(?<address>[0-9a-f]{32}) +[0-9a-f]{2,8} +(?<prefix>[0-9a-f]{2}) +[0-9a-f]{2} +[0-9a-f]{2,8} +(?<device>\S+)\s*$/

/** /proc/net/if_inet6: all IPv6 addresses; numbers are hexadecimal. */
export function parseIfInet6(text: string): Reading<DeviceAddress[]> {
  const lines = text.split('\n', 65_536).filter(line => line.trim() !== '')
  const addresses = lines.map(readLine)
  return addresses.every(address => address !== null)
    ? ok(addresses)
    : unavailable('malformed', '/proc/net/if_inet6 is no table of addresses')
}

function readLine(line: string): DeviceAddress | null {
  const groups = line6.exec(line)?.groups
  if (!groups) return null
  const { address = '', prefix = '', device = '' } = groups
  const length = Number.parseInt(prefix, 16)
  if (length > 128) return null
  return { device, address: `${formatAddress({ family: 6, value: BigInt(`0x${address}`) })}/${length}` }
}
