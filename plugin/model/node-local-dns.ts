import { parseAddress } from '../../shared/ip.ts'
import type { DaemonSet } from '../cluster/daemon-sets.ts'

/** A cache of DNS on each node, which pods ask instead of the service. */
export interface NodeLocalDns {
  readonly daemonSet: DaemonSet
  /** Addresses at which it listens: its own, and perhaps that of the service. */
  readonly addresses: readonly string[]
}

/** NodeLocal DNSCache, by its image; null where there is none. */
export function nodeLocalDns(daemonSets: readonly DaemonSet[]): NodeLocalDns | null {
  const daemonSet = daemonSets.find(({ containers }) => containers.some(({ image }) => isNodeCache(image)))
  const words = daemonSet?.containers.find(({ image }) => isNodeCache(image))?.command ?? []
  const told = words.flatMap((word, i) =>
    /^--?localip(?:=|$)/.test(word)
      ? word.includes('=')
        ? word.slice(word.indexOf('=') + 1)
        : (words[i + 1] ?? '')
      : [],
  )
  return daemonSet ? { daemonSet, addresses: told.flatMap(list => list.split(',')).filter(Boolean) } : null
}

const isNodeCache = (image: string): boolean => /node-?(?:local-?dns|cache)/.test(image)

/** 169.254.0.0/16 and fe80::/10: such an address is one of the node itself. */
export function isLinkLocal(text: string): boolean {
  const address = parseAddress(text)
  if (!address) return false
  return address.family === 4 ? address.value >> 16n === 0xa9fen : address.value >> 118n === 0x3fan
}
