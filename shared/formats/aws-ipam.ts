import * as z from 'zod/mini'
import { mapReading, type Reading, unavailable } from '../reading.ts'
import { type JsonObject, objectOf, textOf } from './cni-plugin.ts'
import { parseJsonWith } from './parse-json.ts'

export const awsAllocationSchema = z.object({
  network: z.nullable(z.string()),
  containerId: z.string(),
  interfaceName: z.nullable(z.string()),
  addresses: z.array(z.string()),
  /** RFC 3339. */
  since: z.nullable(z.string()),
  pod: z.nullable(z.object({ namespace: z.string(), name: z.string() })),
})
export type AwsAllocation = z.infer<typeof awsAllocationSchema>

const checkpointSchema = z.object({ version: z.string(), allocations: z.nullable(z.array(z.unknown())) })

/** Reads ipamd's checkpoint of assigned addresses. Source: amazon-vpc-cni-k8s, pkg/ipamd/datastore/data_store.go. */
export function parseAwsCheckpoint(text: string): Reading<AwsAllocation[]> {
  const checkpoint = parseJsonWith(checkpointSchema, { text, what: "ipamd's checkpoint" })
  return mapReading(checkpoint, ({ allocations }) =>
    (allocations ?? []).slice(0, mostAllocations).flatMap(readAllocation),
  )
}

/** A node has at most a few hundred. */
const mostAllocations = 65_536

function readAllocation(raw: unknown): AwsAllocation[] {
  const { networkName, containerID, ifName, ipv4, ipv6, allocationTimestamp, metadata } = objectOf(raw) ?? {}
  if (typeof containerID !== 'string' || containerID === '') return []
  const { k8sPodNamespace: namespace, k8sPodName: name } = objectOf(metadata) ?? {}
  return [
    {
      network: textOf(networkName),
      containerId: containerID,
      interfaceName: textOf(ifName),
      addresses: [ipv4, ipv6].flatMap(address => textOf(address) || []),
      since: timeOf(allocationTimestamp),
      pod: typeof namespace === 'string' && typeof name === 'string' && name !== '' ? { namespace, name } : null,
    },
  ]
}

/** From nanoseconds since the epoch; null for what no date can represent. */
function timeOf(nanoseconds: unknown): string | null {
  const date = new Date(typeof nanoseconds === 'number' ? nanoseconds / 1e6 : Number.NaN)
  return nanoseconds !== 0 && !Number.isNaN(date.getTime()) ? date.toISOString() : null
}

export const awsPoolSchema = z.object({
  /** Pod addresses of the node's network interfaces, and how many are assigned. */
  total: z.number(),
  assigned: z.number(),
  /** Network interfaces of the node. */
  interfaces: z.number(),
})
export type AwsPool = z.infer<typeof awsPoolSchema>

/** Reads `GET /v1/enis`: one pool, or since 1.20 one for each network card. Source: amazon-vpc-cni-k8s, pkg/ipamd/introspect.go. */
export function parseAwsPool(text: string): Reading<AwsPool> {
  const reply = parseJsonWith(z.record(z.string(), z.unknown()), { text, what: "ipamd's list of interfaces" })
  if (reply.status !== 'ok') return reply
  const root: JsonObject = reply.value
  const cards = root.TotalIPs === undefined ? Object.values(root).map(objectOf) : [root]
  const pools = cards.flatMap(card => readPool(card ?? {}) ?? [])
  if (pools.length === 0) return unavailable('malformed', "ipamd's list of interfaces names no pool")
  const sum = (key: keyof AwsPool) => pools.reduce((total, pool) => total + pool[key], 0)
  return { status: 'ok', value: { total: sum('total'), assigned: sum('assigned'), interfaces: sum('interfaces') } }
}

function readPool({ TotalIPs: total, AssignedIPs: assigned, ENIs }: JsonObject): AwsPool | null {
  if (typeof total !== 'number' || typeof assigned !== 'number') return null
  return { total, assigned, interfaces: Object.keys(objectOf(ENIs) ?? {}).length }
}
