import { sha256 } from '../../../shared/sha256.ts'

/** A port of a service as kube-proxy names it: `ns/name:port`, without `:port` when the port has no name. */
export interface PortName {
  readonly name: string
  /** `tcp`, `udp` or `sctp`. */
  readonly protocol: string
}

/** Chain of the rules of a port, as `KUBE-SVC-…`. Source: pkg/proxy/iptables/proxier.go of Kubernetes. */
export const portChain = (prefix: 'SVC' | 'SVL' | 'EXT' | 'FW', { name, protocol }: PortName): string =>
  `KUBE-${prefix}-${nameHash(name + protocol)}`

/** Chain of one backend (`10.244.0.7:80`) of a port. */
export const backendChain = ({ name, protocol }: PortName, backend: string): string =>
  `KUBE-SEP-${nameHash(name + protocol + backend)}`

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The first 16 letters of a text's SHA-256 in base 32 (RFC 4648). */
function nameHash(text: string): string {
  let bits = 0n
  for (const byte of sha256(text).subarray(0, 10)) bits = (bits << 8n) | BigInt(byte)
  return Array.from({ length: 16 }, (_, i) => letters[Number((bits >> BigInt(75 - 5 * i)) & 31n)] ?? '').join('')
}
