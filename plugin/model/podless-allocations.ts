import * as z from 'zod/mini'
import { parseJsonWith } from '../../shared/formats/parse-json.ts'
import { formatAddress, parseAddress } from '../../shared/ip.ts'
import { isOk, type Reading, valueOr } from '../../shared/reading.ts'
import type { CiliumEndpoint } from '../cluster/cilium-endpoints.ts'
import type { CiliumNode } from '../cluster/cilium-nodes.ts'
import type { Pod } from '../cluster/pods.ts'
import type { WhereaboutsPool } from '../cluster/whereabouts-pools.ts'
import type { WhereaboutsReservation } from '../cluster/whereabouts-reservations.ts'
import { ageOf, isLive, podKey } from './pods.ts'
import { grace } from './reservation-verdicts.ts'

/** An address that an API object reserves for a pod that does not have it. */
export interface PodlessAllocation {
  readonly product: 'Cilium' | 'Whereabouts'
  /** The object that keeps it: kind and name. */
  readonly at: string
  readonly address: string
  /** `namespace/name` of the pod that it is kept for. */
  readonly pod: string
}

/** What may be kept; a part that was not read has nothing. */
export interface AllocationSources {
  readonly whereaboutsPools: Reading<readonly WhereaboutsPool[]>
  readonly whereaboutsReservations: Reading<readonly WhereaboutsReservation[]>
  readonly ciliumNodes: Reading<readonly CiliumNode[]>
  readonly ciliumEndpoints: Reading<readonly CiliumEndpoint[]>
}

/**
 * Addresses of Whereabouts and Cilium that are kept for pods which are gone, or which tell that they have others. What a
 * claim owns, what parts of Cilium use and endpoints younger than the grace period are left out.
 */
export function podlessAllocations(
  sources: AllocationSources,
  { pods, takenAt }: { readonly pods: readonly Pod[]; readonly takenAt: number },
): readonly PodlessAllocation[] {
  const live = new Map(pods.filter(isLive).map(pod => [podKey(pod), pod]))
  const isPodless = ({ pod, address }: PodlessAllocation) => {
    const owner = live.get(pod)
    return /^[^/]+\/[^/]+$/.test(pod) && (owner === undefined || hasOthers(owner, address))
  }
  return [...ofWhereabouts(sources), ...ofCilium(sources, takenAt)].filter(isPodless)
}

function ofWhereabouts(sources: AllocationSources): readonly PodlessAllocation[] {
  const pools = valueOr(sources.whereaboutsPools, []).flatMap(({ name, allocations }) =>
    allocations.map(each => ({ ...each, at: `IPPool ${name}` })),
  )
  const reservations = valueOr(sources.whereaboutsReservations, []).map(each => ({
    ...each,
    address: addressIn(each.name),
    at: `OverlappingRangeIPReservation ${each.name}`,
  }))
  return [...pools, ...reservations]
    .filter(({ claim }) => claim === null)
    .map(({ at, address, pod }) => ({ product: 'Whereabouts', at, address, pod }))
}

/** IPv6 addresses are rewritten in object names. */
function addressIn(name: string): string {
  const address = parseAddress(name) ?? parseAddress(name.replaceAll('-', ':'))
  return address ? formatAddress(address) : name
}

function ofCilium(sources: AllocationSources, takenAt: number): readonly PodlessAllocation[] {
  const used = valueOr(sources.ciliumNodes, []).flatMap(({ name, used }) =>
    used.map(({ address, owner }) => ({ at: `CiliumNode ${name}`, address, pod: owner })),
  )
  const endpoints = valueOr(sources.ciliumEndpoints, [])
    .filter(({ createdAt }) => (ageOf(createdAt, takenAt) ?? 0) >= grace)
    .flatMap(endpoint => {
      const pod = podKey(endpoint)
      return endpoint.ips.map(address => ({ at: `CiliumEndpoint ${pod}`, address, pod }))
    })
  return [...used, ...endpoints].map(each => ({ product: 'Cilium', ...each }))
}

/** A pod that starts has none yet; one of several networks tells all of its addresses in an annotation. */
function hasOthers({ ips, annotations }: Pod, address: string): boolean {
  if (ips.length === 0 || ips.includes(address)) return false
  const told = addressesTold(annotations['k8s.v1.cni.cncf.io/network-status'])
  return told !== null && !told.includes(address)
}

const statusSchema = z.array(z.object({ ips: z.optional(z.nullable(z.array(z.string()))) }))

/** Source: Network Plumbing Working Group, de-facto standard 1.3, network status. */
function addressesTold(annotation: string | undefined): readonly string[] | null {
  if (annotation === undefined || annotation.length > 65_536) return null
  const status = parseJsonWith(statusSchema, { text: annotation, what: 'the network status' })
  return isOk(status) ? status.value.flatMap(({ ips }) => ips ?? []) : null
}
