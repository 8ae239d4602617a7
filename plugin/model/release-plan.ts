import { formatAddress, parseAddress } from '../../shared/ip.ts'
import type { Reserved } from '../../shared/protocol/release.ts'
import { type AddressUse, inState, type NetworkUse } from './address-use.ts'
import type { Verdict } from './reservation-verdicts.ts'

/** A reservation to release, and why it may be released. */
export interface Candidate {
  readonly reserved: Reserved
  readonly why: string
  readonly ageMs: number | null
}

/** What may be released on a node, and what not. */
export interface ReleasePlan {
  /** By data directory, because a run has only one. */
  readonly stores: readonly { readonly dataDir: string; readonly candidates: readonly Candidate[] }[]
  /** Requested addresses that must not be released. */
  readonly refusals: readonly { readonly address: string; readonly why: string }[]
}

/** The request: addresses by name, or all leaked ones when null; optionally of a single network. */
export interface Wish {
  readonly addresses: readonly string[] | null
  readonly network: string | undefined
}

/** Decides what may be released on a node: only proven leaks, with every witness heard. */
export function planRelease(use: AddressUse, { addresses, network }: Wish): ReleasePlan {
  const networks = use.networks.filter(({ name }) => network === undefined || name === network)
  const wanted = addresses?.map(usualText)
  const isWanted = ({ reservation }: Verdict) => wanted?.includes(reservation.address) ?? true
  const leaked = networks.map(each => ({ each, verdicts: inState(each, 'leaked').filter(isWanted) }))
  const silence = use.unknown ?? use.silence ?? (use.complete ? null : 'not every witness was asked')
  const known = leaked.flatMap(({ verdicts }) => verdicts.map(({ reservation }) => reservation.address))
  const others = (wanted ?? []).filter(address => !known.includes(address))
  const unseen = leaked.flatMap(({ verdicts }) => verdicts.filter(({ reservation }) => reservation.inode === null))
  const refusals = [
    ...unseen.map(({ reservation: { address } }) => ({ address, why: 'its inode was not read' })),
    ...others.map(address => ({ address, why: whyNot(networks, address) })),
  ]
  if (silence === null) return { stores: storesOf(leaked), refusals }
  return { stores: [], refusals: [...known.map(address => ({ address, why: silence })), ...refusals] }
}

interface Leaked {
  readonly each: NetworkUse
  readonly verdicts: readonly Verdict[]
}

function storesOf(leaked: readonly Leaked[]): ReleasePlan['stores'] {
  const dataDirs = [...new Set(leaked.map(({ each }) => dataDirOf(each)))]
  return dataDirs
    .map(dataDir => ({
      dataDir,
      candidates: leaked
        .filter(({ each }) => dataDirOf(each) === dataDir)
        .flatMap(({ each, verdicts }) => verdicts.flatMap(verdict => candidateOf(each.name, verdict))),
    }))
    .filter(({ candidates }) => candidates.length > 0)
}

/** A file whose inode was not seen cannot be told from one that takes its place. */
function candidateOf(network: string, { reservation, why, ageMs }: Verdict): readonly Candidate[] {
  const { address, containerId, interfaceName, inode } = reservation
  return inode === null ? [] : [{ reserved: { network, address, containerId, interfaceName, inode }, why, ageMs }]
}

const dataDirOf = ({ path }: NetworkUse): string => path.slice(0, path.lastIndexOf('/'))

function whyNot(networks: readonly NetworkUse[], address: string): string {
  const states = ['live', 'unknown'] as const
  const verdicts = networks.flatMap(network => states.flatMap(state => inState(network, state)))
  const verdict = verdicts.find(({ reservation }) => reservation.address === address)
  return verdict ? `${verdict.state}: ${verdict.why}` : 'no network of this node has a reservation for it'
}

function usualText(text: string): string {
  const address = parseAddress(text)
  return address ? formatAddress(address) : text
}
