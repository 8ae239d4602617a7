import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, projectOptional } from '../kube/cluster-part.ts'
import { listOf, maybe, text } from '../kube/fields.ts'

/** A cilium.io/v2 CiliumEndpoint, named like its pod. */
export interface CiliumEndpoint {
  readonly namespace: string
  readonly name: string
  /** `ready` and the like; empty when unknown. */
  readonly state: string
  /** Address of its node; null when unknown. */
  readonly nodeAddress: string | null
  readonly ips: readonly string[]
  readonly createdAt: string | null
}

const networking = z.object({ node: text, addressing: listOf(z.object({ ipv4: text, ipv6: text })) })
const schema = z.object({
  metadata: metadataSchema,
  status: maybe(z.object({ state: text, networking: maybe(networking) })),
})

/** Endpoints that Cilium keeps; `missing` without Cilium. */
export const ciliumEndpoints = defineClusterPart<readonly CiliumEndpoint[]>({
  collect: kube =>
    projectOptional(kube, {
      resource: { group: 'cilium.io', version: 'v2', plural: 'ciliumendpoints' },
      schema,
      change,
    }),
})

const change = ({ metadata, status }: z.infer<typeof schema>): CiliumEndpoint => ({
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  state: status?.state ?? '',
  nodeAddress: status?.networking?.node ?? null,
  ips: (status?.networking?.addressing ?? []).flatMap(({ ipv4, ipv6 }) =>
    [ipv4, ipv6].flatMap(address => (address ? [address] : [])),
  ),
  createdAt: metadata.creationTimestamp ?? null,
})
