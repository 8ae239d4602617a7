import { parseAddress } from '../../shared/ip.ts'
import type { CniConfigFile } from '../../shared/node/cni-config.ts'
import type { HostLocal, HostLocalStore, Reservation } from '../../shared/node/host-local.ts'
import { isMissing, isOk } from '../../shared/reading.ts'
import { capacityOf, describeSet, holds, type RangeSet, rangeSets, setsOfNetworks } from './address-ranges.ts'

/** A range set of a network and its use. Numbers are addresses. */
export interface SetUsage {
  readonly range: string
  readonly capacity: bigint
  readonly used: readonly Reservation[]
  readonly free: bigint
}

/** A network whose addresses host-local allocates on this node. */
export interface LocalNetwork {
  readonly name: string
  /** Path of its reservations. */
  readonly path: string
  readonly sets: readonly SetUsage[]
}

/** A network served by host-local; its sets are null when a range cannot be parsed. */
export interface ServedNetwork {
  readonly name: string
  readonly path: string
  readonly sets: readonly RangeSet[] | null
}

interface Sources {
  /** Configurations in use. */
  readonly configs: readonly CniConfigFile[]
  readonly podNetworks: readonly string[]
  /** kubenet has no file: its network is named `kubenet` and its range is the node's pod network. */
  readonly isKubenet: boolean
}

const defaultRoot = '/var/lib/cni/networks'

/** Networks in use whose addresses host-local allocates; empty when another IPAM does. */
export const servedNetworks = ({ configs, podNetworks, isKubenet }: Sources): readonly ServedNetwork[] => [
  ...configs.flatMap(file => networksOf(file, podNetworks)),
  ...(isKubenet ? [{ name: 'kubenet', path: `${defaultRoot}/kubenet`, sets: setsOfNetworks(podNetworks) }] : []),
]

/** Networks in use with their reservations; networks with unknown ranges or store are left out. */
export function localNetworks({
  hostLocal,
  ...sources
}: Sources & { readonly hostLocal: HostLocal }): readonly LocalNetwork[] {
  return servedNetworks(sources).flatMap(({ name, path, sets }) => {
    const store = storeAt(hostLocal, path)
    return sets && store ? [{ name, path, sets: sets.map(set => usageOf(set, store.reservations)) }] : []
  })
}

function networksOf({ content }: CniConfigFile, podNetworks: readonly string[]): readonly ServedNetwork[] {
  if (!isOk(content) || content.value.name === null) return []
  const name = content.value.name
  return content.value.plugins.flatMap(({ type, ipam }) => {
    if (type === 'flannel') return [{ name, path: `${defaultRoot}/${name}`, sets: setsOfNetworks(podNetworks) }]
    if (ipam?.type !== 'host-local') return []
    const usesPodNetwork = ipam.ranges.flat().some(({ subnet }) => /^usePodCidr/i.test(subnet ?? ''))
    const sets = usesPodNetwork ? setsOfNetworks(podNetworks) : rangeSets(ipam)
    return [{ name, path: `${(ipam.dataDir ?? defaultRoot).replace(/\/$/, '')}/${name}`, sets }]
  })
}

/** The store at a path; empty when it does not exist, null when it was not read completely. */
export function storeAt({ roots }: HostLocal, path: string): HostLocalStore | null {
  const empty = { path, network: path.slice(path.lastIndexOf('/') + 1), reservations: [], strays: [], omitted: 0 }
  const root = roots.find(root => path.startsWith(`${root.path}/`))
  if (!root) return null
  if (!isOk(root.stores)) return isMissing(root.stores) ? empty : null
  const store = root.stores.value.find(store => store.path === path)
  if (!store) return empty
  return store.omitted === 0 ? store : null
}

function usageOf(set: RangeSet, reservations: readonly Reservation[]): SetUsage {
  const used = reservations.filter(({ address }) => {
    const parsed = parseAddress(address)
    return parsed !== null && holds(set, parsed)
  })
  const capacity = capacityOf(set)
  const left = capacity - BigInt(used.length)
  return { range: describeSet(set), capacity, used, free: left > 0n ? left : 0n }
}
