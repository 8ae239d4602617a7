import * as z from 'zod/mini'
import type { AwsIpam } from '../../shared/node/aws-ipam.ts'
import type { AzureIpam } from '../../shared/node/azure-ipam.ts'
import type { Sandboxes } from '../../shared/node/sandboxes.ts'
import type { Weave } from '../../shared/node/weave.ts'
import { isMissing, isOk, type Reading, type Unavailable } from '../../shared/reading.ts'
import type { PartName } from '../../shared/snapshot.ts'
import type { CalicoBlock } from '../cluster/calico-blocks.ts'
import type { Pod } from '../cluster/pods.ts'
import { azureAddresses } from './azure-addresses.ts'
import { calicoLeaks } from './calico-leaks.ts'
import { type AllocationSources, podlessAllocations } from './podless-allocations.ts'
import { ageOf, networkedPodsOn } from './pods.ts'
import { grace } from './reservation-verdicts.ts'
import { weaveAddresses } from './weave-addresses.ts'

/** State of another address manager on one node. Null where its state does not show it. */
export const managerUseSchema = z.object({
  manager: z.enum(['AWS VPC CNI', 'Azure CNI', 'Calico', 'Cilium', 'Weave Net']),
  used: z.nullable(z.int()),
  free: z.nullable(z.int()),
  leaked: z.nullable(z.int()),
  /** Why part of it is unknown; null when everything was read. */
  unread: z.nullable(z.string()),
  /** The product's own way to examine or release addresses. */
  fix: z.string(),
})
export type ManagerUse = z.infer<typeof managerUseSchema>

/** Node parts with the state of such managers. */
export const managerParts = ['awsIpam', 'azureIpam', 'weave'] as const satisfies readonly PartName[]

/** Node and cluster parts with the state of such managers. */
export interface ManagerSources extends AllocationSources {
  readonly azureIpam: Reading<AzureIpam>
  readonly weave: Reading<Weave>
  readonly awsIpam: Reading<AwsIpam>
  readonly sandboxes: Reading<Sandboxes>
  readonly calicoBlocks: Reading<readonly CalicoBlock[]>
  readonly pods: Reading<readonly Pod[]>
}

interface Where {
  readonly node: string
  readonly takenAt: number
}

/** The other managers that allocate addresses on a node. */
export const otherManagers = (sources: ManagerSources, where: Where): readonly ManagerUse[] =>
  [azureUse, weaveUse, awsUse, calicoUse, ciliumUse].flatMap(use => use(sources, where) ?? [])

const fixes: Readonly<Record<ManagerUse['manager'], string>> = {
  'AWS VPC CNI': 'curl -s http://127.0.0.1:61679/v1/enis on the node; ipamd gives back by itself',
  'Azure CNI': 'kubectl netcheck explain IPM009',
  Calico: 'calicoctl ipam check --show-problem-ips, then calicoctl ipam release --from-report',
  Cilium: 'cilium-dbg status --verbose in the agent; kubectl netcheck explain IPM014',
  'Weave Net': 'curl -X DELETE http://127.0.0.1:6784/ip/<container> on the node; kubectl netcheck explain IPM015',
}

type Counts = Partial<Pick<ManagerUse, 'used' | 'free' | 'leaked' | 'unread'>>

const row = (manager: ManagerUse['manager'], counts: Counts): ManagerUse => ({
  manager,
  used: null,
  free: null,
  leaked: null,
  unread: null,
  ...counts,
  fix: fixes[manager],
})

/** Sandboxes and pods that own addresses on a node, or why they are unknown. */
type Owners = { readonly sandboxes: Sandboxes; readonly pods: readonly Pod[] } | { readonly unread: string }

function ownersOn({ sandboxes, pods }: ManagerSources, node: string): Owners {
  if (!isOk(sandboxes)) return { unread: `the runtime did not tell its sandboxes: ${sandboxes.detail}` }
  if (!isOk(pods)) return { unread: `the pods were not read: ${pods.detail}` }
  return { sandboxes: sandboxes.value, pods: networkedPodsOn(pods.value, node) }
}

/** Starting pods may own that many of them. */
const beyond = (count: number, starting: number): number => (count > starting ? count : 0)

function azureUse(sources: ManagerSources, { node }: Where): ManagerUse | null {
  const { azureIpam } = sources
  const pools = isOk(azureIpam) ? azureIpam.value.pools : azureIpam
  if (!isOk(pools)) return unreadRow('Azure CNI', pools)
  const owners = ownersOn(sources, node)
  const known = 'unread' in owners ? { sandboxes: { sandboxes: [] }, pods: [] } : owners
  const { all, taken, dead, starting } = azureAddresses(pools.value, known)
  const counts = { used: taken.length, free: all.length - taken.length }
  return row(
    'Azure CNI',
    'unread' in owners ? { ...counts, ...owners } : { ...counts, leaked: beyond(dead.length, starting) },
  )
}

function weaveUse(sources: ManagerSources, { node }: Where): ManagerUse | null {
  const { weave } = sources
  const owned = isOk(weave) ? weave.value.owned : weave
  if (!isOk(owned)) return unreadRow('Weave Net', owned)
  const used = owned.value.reduce((sum, { addresses }) => sum + addresses.length, 0)
  const peers = isOk(weave) && isOk(weave.value.peers) ? weave.value.peers.value : []
  const own = peers.find(({ nickname }) => nickname === node)
  const free = own ? Math.max(0, own.addresses - used) : null
  const owners = ownersOn(sources, node)
  if ('unread' in owners) return row('Weave Net', { used, free, ...owners })
  const { gone, starting } = weaveAddresses(owned.value, owners)
  return row('Weave Net', { used, free, leaked: beyond(gone.length, starting) })
}

function awsUse(sources: ManagerSources, { node, takenAt }: Where): ManagerUse | null {
  const { awsIpam } = sources
  const pool = isOk(awsIpam) ? awsIpam.value.pool : awsIpam
  const allocations = isOk(awsIpam) ? awsIpam.value.allocations : awsIpam
  if (!isOk(pool) && !isOk(allocations)) return unreadRow('AWS VPC CNI', isMissing(pool) ? allocations : pool)
  const counts = isOk(pool) ? { used: pool.value.assigned, free: pool.value.total - pool.value.assigned } : {}
  const unread = isOk(pool) ? null : pool.detail
  const owners = ownersOn(sources, node)
  if (!isOk(allocations)) return row('AWS VPC CNI', { ...counts, unread: allocations.detail })
  if ('unread' in owners) return row('AWS VPC CNI', { ...counts, ...owners })
  const ids = new Set(owners.sandboxes.sandboxes.map(({ id }) => id))
  const held = new Set(owners.pods.flatMap(({ ips }) => ips))
  const gone = allocations.value.filter(
    ({ containerId, addresses, since }) =>
      !ids.has(containerId) && !addresses.some(address => held.has(address)) && (ageOf(since, takenAt) ?? 0) >= grace,
  )
  return row('AWS VPC CNI', { ...counts, leaked: gone.length, unread })
}

function calicoUse({ calicoBlocks, pods }: ManagerSources, { node, takenAt }: Where): ManagerUse | null {
  if (!isOk(calicoBlocks)) return unreadRow('Calico', calicoBlocks)
  const own = calicoBlocks.value.filter(block => block.node === node && !block.deleted)
  const used = own.reduce((sum, { allocations }) => sum + allocations.length, 0)
  const counts = { used, free: own.reduce((sum, { free }) => sum + free, 0) }
  if (!isOk(pods)) return row('Calico', { ...counts, unread: `the pods were not read: ${pods.detail}` })
  const leaks = calicoLeaks({ blocks: calicoBlocks.value, pods: pods.value }, takenAt)
  return row('Calico', { ...counts, leaked: leaks.filter(leak => leak.node === node).length })
}

function ciliumUse(sources: ManagerSources, { node, takenAt }: Where): ManagerUse | null {
  const { ciliumNodes, ciliumEndpoints, pods } = sources
  if (!isOk(ciliumNodes)) return unreadRow('Cilium', ciliumNodes)
  const own = ciliumNodes.value.find(({ name }) => name === node)
  if (!own) return null
  const addresses = new Set(own.addresses.map(({ ip }) => ip))
  const isOwn = ({ nodeAddress }: { readonly nodeAddress: string | null }) => addresses.has(nodeAddress ?? '')
  const endpoints = isOk(ciliumEndpoints) ? ciliumEndpoints.value.filter(isOwn) : null
  // The operator counts addresses only when it allocates them; otherwise only the agent knows how many are free.
  const used = own.pool === null ? (endpoints?.length ?? null) : own.used.length
  const counts = { used, free: own.pool === null ? null : Math.max(0, own.pool - own.used.length) }
  if (!isOk(pods)) return row('Cilium', { ...counts, unread: `the pods were not read: ${pods.detail}` })
  if (!isOk(ciliumEndpoints) || endpoints === null)
    return row('Cilium', { ...counts, unread: 'endpoints were not read' })
  const here: AllocationSources = {
    whereaboutsPools: none,
    whereaboutsReservations: none,
    ciliumNodes: { status: 'ok', value: [own] },
    ciliumEndpoints: { status: 'ok', value: endpoints },
  }
  const leaks = podlessAllocations(here, { pods: pods.value, takenAt })
  return row('Cilium', { ...counts, leaked: new Set(leaks.map(({ address }) => address)).size })
}

const none = { status: 'ok', value: [] } as const

/** `missing` means no such manager, and an unrequested part may be missing too. */
const unreadRow = (manager: ManagerUse['manager'], { reason, detail }: Unavailable): ManagerUse | null =>
  reason === 'missing' || reason === 'not-recorded' ? null : row(manager, { unread: detail })
