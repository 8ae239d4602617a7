import { type Address, parseAddress } from '../../../shared/ip.ts'
import type { Pod } from '../../cluster/pods.ts'
import { memoise } from '../memo.ts'
import { networkedPodsOn } from '../pods.ts'
import type { Place } from './packet.ts'

/** A pod of a node that packets can be sent to: at a declared port if one has any; a DNS pod only if there is no other. */
export const podOn = (pods: readonly Pod[], node: string, family: 4 | 6): Place | null =>
  podPlaces(pods)[family].get(node) ?? null

/** Every node asks for the pods of all others. */
const podPlaces = memoise((pods: readonly Pod[]) => ({ 4: placesByNode(pods, 4), 6: placesByNode(pods, 6) }))

function placesByNode(pods: readonly Pod[], family: 4 | 6): ReadonlyMap<string, Place> {
  const nodes = new Set(pods.flatMap(({ node }) => node ?? []))
  return new Map(
    [...nodes].flatMap(node => {
      const place = placeAmong(networkedPodsOn(pods, node), family)
      return place ? [[node, place] as const] : []
    }),
  )
}

function placeAmong(pods: readonly Pod[], family: 4 | 6): Place | null {
  let dns: Place | null = null
  for (const { ips, specs, deleting } of pods) {
    const address = deleting ? null : ofFamily(ips, family)
    const port = specs.flatMap(({ ports }) => ports).find(({ protocol }) => protocol === 'TCP')?.containerPort
    if (address && port !== dnsPort) return { address, port: port ?? anyPort }
    if (address) dns ??= { address, port: dnsPort }
  }
  return dns
}

const dnsPort = 53
const anyPort = 20_080

/** The first address of a family. */
export const ofFamily = (texts: readonly string[], family: 4 | 6): Address | null =>
  texts.map(parseAddress).find(address => address?.family === family) ?? null
