import { parseAddress } from '../../shared/ip.ts'
import type { DaemonSet } from '../cluster/daemon-sets.ts'

/** A DNS cache on each node that pods query instead of the service. */
export interface NodeLocalDns {
  readonly daemonSet: DaemonSet
  /** Addresses it listens on: its own and possibly the service's. */
  readonly addresses: readonly string[]
}

/** Finds NodeLocal DNSCache by its image; null when there is none. */
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

/** Whether an address is in 169.254.0.0/16 or fe80::/10, and so on the node itself. */
export function isLinkLocal(text: string): boolean {
  const address = parseAddress(text)
  if (!address) return false
  return address.family === 4 ? address.value >> 16n === 0xa9fen : address.value >> 118n === 0x3fan
}
