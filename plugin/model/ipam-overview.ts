import * as z from 'zod/mini'
import { parseAddress } from '../../shared/ip.ts'
import type { NodeParts, PartName } from '../../shared/snapshot.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { addressParts, addressUse, countStates, inState, type NetworkUse, type RangeUse } from './address-use.ts'
import { apiNode } from './api-node.ts'
import { churnOf } from './churn.ts'
import { type LastKnown, lastKnown } from './last-known.ts'
import { leakCauses } from './leak-causes.ts'
import { describeCauses, settingsOf } from './leak-reasons.ts'
import { managerParts, managerUseSchema, otherManagers } from './other-managers.ts'
import type { Verdict } from './reservation-verdicts.ts'

const addressSchema = z.object({
  address: z.string(),
  containerId: z.string(),
  interfaceName: z.nullable(z.string()),
  /** RFC 3339; null when unknown. */
  madeAt: z.nullable(z.string()),
  ageSeconds: z.nullable(z.int()),
  why: z.string(),
  /** Its last known owner: a pod or a log line, and the source. */
  was: z.nullable(z.object({ what: z.string(), source: z.string() })),
})

const rangeSchema = z.object({
  range: z.string(),
  /** Decimal string, because an IPv6 range may exceed the precision of a number. */
  capacity: z.string(),
  free: z.string(),
  used: z.int(),
  live: z.int(),
  leaked: z.int(),
  unknown: z.int(),
  exhausted: z.boolean(),
})

const networkSchema = z.object({
  network: z.string(),
  path: z.string(),
  ranges: z.array(rangeSchema),
  /** Number of reservations outside of all configured ranges. */
  outside: z.int(),
  leaked: z.array(addressSchema),
  unknown: z.array(addressSchema),
  /** Whether every witness answered; otherwise leaks are only likely. */
  certain: z.boolean(),
  /** Why addresses are lost, or run out, one sentence each. */
  reasons: z.array(z.string()),
})

/** One node as `ipam -o json` prints it. */
export const ipamNodeSchema = z.object({
  node: z.string(),
  /** Why the node was not read completely; null when it was. */
  unread: z.nullable(z.string()),
  networks: z.array(networkSchema),
  /** Stores of networks that no active configuration names. */
  otherStores: z.array(z.object({ path: z.string(), reservations: z.int() })),
  /** Other address managers on this node, by their own state; empty when there is none. */
  others: z.array(managerUseSchema),
  /** Kubelet and runtime settings that affect how fast addresses are released. */
  settings: z.array(z.string()),
})
export type IpamNode = z.infer<typeof ipamNodeSchema>
export type IpamNetwork = z.infer<typeof networkSchema>
export type IpamAddress = z.infer<typeof addressSchema>

/** Node parts that are needed. */
export const ipamParts = [
  ...addressParts,
  ...managerParts,
  'hostLogs',
  'kernel',
  'kubelet',
] as const satisfies readonly PartName[]

type Parts = Pick<NodeParts, (typeof ipamParts)[number]>

/** The addresses of every node in a snapshot, optionally of a single network. */
export const describeAddresses = (snapshot: Snapshot, network: string | undefined): IpamNode[] =>
  snapshot.nodes.map(node =>
    node.status === 'read'
      ? describe(snapshot, { node: node.name, parts: node.parts, network })
      : { node: node.name, unread: node.why, networks: [], otherStores: [], others: [], settings: [] },
  )

interface Case {
  readonly node: string
  readonly parts: Parts
  readonly network: string | undefined
}

function describe({ cluster, takenAt }: Snapshot, { node, parts, network }: Case): IpamNode {
  const api = apiNode(cluster.nodes, node)
  const use = addressUse({ parts, node: api, pods: cluster.pods, takenAt: Date.parse(takenAt) })
  const known = lastKnown(cluster.events, parts.hostLogs)
  const wanted = use.networks.filter(({ name }) => network === undefined || name === network)
  const isOpen = wanted.some(each => inState(each, 'unknown').length > 0)
  return {
    node,
    unread: use.unknown ?? (isOpen ? use.silence : null),
    networks: wanted.map(each => ({
      ...describeNetwork(each, { known, lookedAt: use.lookedAt }),
      certain: use.complete,
      reasons: reasonsOf(each, { parts, lookedAt: use.lookedAt }),
    })),
    otherStores: use.otherStores.map(({ path, reservations }) => ({ path, reservations: reservations.length })),
    others: [...otherManagers({ ...cluster, ...parts }, { node, takenAt: Date.parse(takenAt) })],
    settings: settingsOf(parts),
  }
}

interface Context {
  readonly known: ReadonlyMap<string, LastKnown>
  readonly lookedAt: number
}

function describeNetwork(network: NetworkUse, context: Context): Omit<IpamNetwork, 'certain' | 'reasons'> {
  return {
    network: network.name,
    path: network.path,
    ranges: network.ranges.map(describeRange),
    outside: network.outside.length,
    leaked: byAddress(inState(network, 'leaked')).map(verdict => describeVerdict(verdict, context)),
    unknown: [
      ...byAddress(inState(network, 'unknown')).map(verdict => describeVerdict(verdict, context)),
      ...network.strays.map(describeStray),
    ],
  }
}

/** IPv4 first, in numeric order: 10.0.0.9 before 10.0.0.10. */
const byAddress = (verdicts: readonly Verdict[]): readonly Verdict[] =>
  verdicts
    .map(verdict => ({ verdict, address: parseAddress(verdict.reservation.address) ?? { family: 6, value: 0n } }))
    .sort((a, b) => a.address.family - b.address.family || (a.address.value < b.address.value ? -1 : 1))
    .map(({ verdict }) => verdict)

function describeRange(use: RangeUse): IpamNetwork['ranges'][number] {
  const counts = countStates(use)
  return {
    range: use.range,
    capacity: String(use.capacity),
    free: String(use.free),
    used: counts.live + counts.leaked + counts.unknown,
    ...counts,
    exhausted: use.free === 0n,
  }
}

const describeVerdict = ({ reservation, why, pod, ageMs }: Verdict, { known, lookedAt }: Context): IpamAddress => ({
  address: reservation.address,
  containerId: reservation.containerId,
  interfaceName: reservation.interfaceName,
  madeAt: ageMs === null ? null : new Date(lookedAt - ageMs).toISOString(),
  ageSeconds: ageMs === null ? null : Math.round(ageMs / 1000),
  why,
  was: pod === null ? (known.get(reservation.containerId) ?? null) : { what: pod, source: 'CNI result cache' },
})

const describeStray = ({ name, why }: NetworkUse['strays'][number]): IpamAddress => ({
  address: name,
  containerId: '',
  interfaceName: null,
  madeAt: null,
  ageSeconds: null,
  was: null,
  why,
})

function reasonsOf(network: NetworkUse, { parts, lookedAt }: { parts: Parts; lookedAt: number }): string[] {
  const leaks = inState(network, 'leaked')
  const causes = leakCauses(leaks, { ...parts, lookedAt })
  const churns = network.ranges.map(range => ({ range, churn: churnOf(range, parts.sandboxes, lookedAt) }))
  return [
    ...(leaks.length > 0 ? describeCauses(causes) : []),
    ...churns.flatMap(({ range, churn }) =>
      churn?.isShortage
        ? [
            `pods are recreated faster than addresses of ${range.range} come back: ${churn.created} sandboxes within an hour, ${churn.ending} addresses held by ended ones, ${churn.young} by failed or starting ones`,
          ]
        : [],
    ),
  ]
}
