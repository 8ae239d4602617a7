import { parseAddress } from '../../shared/ip.ts'
import type { HostLocalStore } from '../../shared/node/host-local.ts'
import { isOk, type Reading, valueOr } from '../../shared/reading.ts'
import type { NodeParts, PartName } from '../../shared/snapshot.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Pod } from '../cluster/pods.ts'
import { capacityOf, describeSet, holds, type RangeSet } from './address-ranges.ts'
import { gatherWitnesses } from './leak-witnesses.ts'
import { storeAt } from './local-networks.ts'
import { servedOn, whyLeftOut } from './node-networks.ts'
import { judgeReservations, type Verdict } from './reservation-verdicts.ts'

/** Node parts that show who owns its addresses. */
export const addressParts = [
  'cniConfig',
  'cniResults',
  'hostLocal',
  'neighbours',
  'podNamespaces',
  'processes',
  'runtime',
  'sandboxes',
] as const satisfies readonly PartName[]

export type AddressParts = Pick<NodeParts, (typeof addressParts)[number]>

/** Use of one range set of a network. Counts are addresses. */
export interface RangeUse {
  readonly range: string
  readonly capacity: bigint
  readonly verdicts: readonly Verdict[]
  /** Unreadable files named like an address of the range; they occupy it nevertheless. */
  readonly unreadable: readonly string[]
  readonly free: bigint
}

/** A network that host-local serves on a node. */
export interface NetworkUse {
  readonly name: string
  readonly path: string
  readonly ranges: readonly RangeUse[]
  /** Reservations of addresses outside of all current ranges. */
  readonly outside: readonly Verdict[]
  readonly strays: HostLocalStore['strays']
}

/** The use of all addresses that host-local manages on one node. */
export interface AddressUse {
  readonly networks: readonly NetworkUse[]
  /** Stores of networks that no active configuration names. */
  readonly otherStores: readonly HostLocalStore[]
  /** Why something is unknown; null when everything is known. */
  readonly unknown: string | null
  /** Why no leak can be proven, because a required witness did not answer; null when all did. */
  readonly silence: string | null
  /** When the reservations were read, ms since the epoch by the node's clock. */
  readonly lookedAt: number
  /** False when a witness was never asked, or when the reservations were read only once. */
  readonly complete: boolean
}

interface Sources {
  readonly parts: AddressParts
  readonly node: ApiNode | undefined
  readonly pods: Reading<readonly Pod[]>
  readonly takenAt: number
}

/** Who owns the addresses that host-local allocated on one node. */
export function addressUse({ parts, node, pods, takenAt }: Sources): AddressUse {
  const { served, unknown } = servedOn({ ...parts, node })
  const { hostLocal } = parts
  const nothing = { networks: [], otherStores: [], unknown: null, silence: null, lookedAt: takenAt, complete: false }
  if (served.length === 0 && unknown !== null) return { ...nothing, unknown }
  if (!isOk(hostLocal)) return { ...nothing, unknown: served.length === 0 ? null : hostLocal.detail }
  const witnesses = gatherWitnesses({ ...parts, hostLocal: hostLocal.value, pods })
  const stores = hostLocal.value.roots.flatMap(root => valueOr(root.stores, []))
  const judge = (store: HostLocalStore) =>
    judgeReservations(store.reservations, { path: store.path, witnesses, takenAt })
  const networks = served.flatMap(({ name, path, sets }) => {
    const store = storeAt(hostLocal.value, path)
    return sets && store ? [useOf({ name, path, sets, store, verdicts: judge(store) })] : []
  })
  const leftOut = served.find(({ path }) => !networks.some(network => network.path === path))
  return {
    networks,
    otherStores: unknown === null ? stores.filter(({ path }) => !served.some(network => network.path === path)) : [],
    unknown: unknown ?? whyLeftOut(leftOut),
    silence: witnesses.silence,
    lookedAt: witnesses.lookedAt ?? takenAt,
    complete: witnesses.complete,
  }
}

interface Store {
  readonly name: string
  readonly path: string
  readonly sets: readonly RangeSet[]
  readonly store: HostLocalStore
  readonly verdicts: readonly Verdict[]
}

function useOf({ name, path, sets, store, verdicts }: Store): NetworkUse {
  const names = store.strays.map(({ name }) => name)
  return {
    name,
    path,
    strays: store.strays,
    ranges: sets.map(set => rangeUse(set, verdicts, names)),
    outside: verdicts.filter(({ reservation }) => !sets.some(set => isIn(set, reservation.address))),
  }
}

function rangeUse(set: RangeSet, all: readonly Verdict[], strays: readonly string[]): RangeUse {
  const verdicts = all.filter(({ reservation }) => isIn(set, reservation.address))
  const unreadable = strays.filter(name => isIn(set, name))
  const capacity = capacityOf(set)
  const left = capacity - BigInt(verdicts.length + unreadable.length)
  return { range: describeSet(set), capacity, verdicts, unreadable, free: left > 0n ? left : 0n }
}

function isIn(set: RangeSet, text: string): boolean {
  const address = parseAddress(text)
  return address !== null && holds(set, address)
}

/** Reservations of a network in one state, including those outside of its ranges. */
export const inState = ({ ranges, outside }: NetworkUse, state: Verdict['state']): readonly Verdict[] => [
  ...new Set([...ranges.flatMap(({ verdicts }) => verdicts), ...outside].filter(verdict => verdict.state === state)),
]

/** Counts the reservations of a range by state; unreadable ones are unknown. */
export function countStates({ verdicts, unreadable }: RangeUse): Readonly<Record<Verdict['state'], number>> {
  const count = (state: Verdict['state']) => verdicts.filter(verdict => verdict.state === state).length
  return { live: count('live'), leaked: count('leaked'), unknown: count('unknown') + unreadable.length }
}
