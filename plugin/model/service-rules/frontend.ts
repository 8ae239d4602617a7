import { formatAddress, isIPv4, parseAddress } from '../../../shared/ip.ts'
import type { PortName } from './chain-names.ts'

/** Where clients ask for a port of a service, and which backends a node may give them. */
export interface Frontend {
  /** As `10.96.0.10/udp/53`, or `node4/tcp/30080` for a port of every node. */
  readonly key: string
  readonly port: PortName
  /** `ns/name` of the service. */
  readonly service: string
  /** True when rules must be there: there is somebody to lead to. */
  readonly isNeeded: boolean
  /** Backends (`10.244.0.7:80`) that must all be in the rules. */
  readonly wanted: ReadonlySet<string>
  /** Backends that may be in the rules; holds all of `wanted`. */
  readonly allowed: ReadonlySet<string>
  /** Seconds for which a client stays with its backend; null without session affinity. */
  readonly affinity: number | null
}

export type Family = 4 | 6

/** The key of an address of a service. */
export const addressKey = (address: string, protocol: string, port: number | string): string =>
  `${plainAddress(address)}/${protocol.toLowerCase()}/${port}`

/** The key of a port that every node opens. */
export const nodePortKey = (family: Family, protocol: string, port: number | string): string =>
  `node${family}/${protocol.toLowerCase()}/${port}`

/** Whether a key is that of a node port. */
export const isNodePort = (key: string): boolean => key.startsWith('node')

/** The family whose rules hold a key. */
export const familyOfKey = (key: string): Family => (/^node6|:/.test(key) ? 6 : 4)

/** Address family of a valid address. */
export const familyOf = (address: string): Family => (address.includes(':') ? 6 : 4)

/** `10.244.0.7:80` or `[fd00::7]:80`. */
export function backendKey(address: string, port: number | string): string {
  const plain = plainAddress(address)
  return plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`
}

/** The address of a backend. */
export const addressOfBackend = (backend: string): string => backend.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')

/** IPv6 has many ways to write an address, IPv4 one. */
function plainAddress(address: string): string {
  const parsed = isIPv4(address) ? null : parseAddress(address)
  return parsed ? formatAddress(parsed) : address
}
