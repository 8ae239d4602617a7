import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, project } from '../kube/cluster-part.ts'
import { flag, text } from '../kube/fields.ts'
import { resources } from '../kube/port.ts'

/** A condition of a Node. */
export interface NodeCondition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
  readonly since: string | null
}

/** A Node as the API knows it. */
export interface ApiNode {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly createdAt: string | null
  readonly podCIDRs: readonly string[]
  readonly addresses: readonly {
    readonly type: string
    readonly address: string
  }[]
  readonly conditions: readonly NodeCondition[]
  readonly taints: readonly {
    readonly key: string
    readonly value: string
    readonly effect: string
  }[]
  /** `linux` or `windows`. */
  readonly os: string
  /** Go's name of the architecture; empty when unknown. */
  readonly architecture: string
  readonly kubeletVersion: string
  readonly runtimeVersion: string
  readonly osImage: string
  readonly kernelVersion: string
  readonly unschedulable: boolean
  /** As `aws:///eu-west-1a/i-…`; null without a cloud. */
  readonly providerId: string | null
  readonly deleting: boolean
}

const schema = z.object({
  metadata: metadataSchema,
  spec: z.optional(
    z.nullable(
      z.object({
        podCIDR: text,
        unschedulable: flag,
        providerID: text,
        podCIDRs: z.optional(z.nullable(z.array(z.string()))),
        taints: z.optional(z.nullable(z.array(z.object({ key: z.string(), value: text, effect: z.string() })))),
      }),
    ),
  ),
  status: z.optional(
    z.nullable(
      z.object({
        addresses: z.optional(z.nullable(z.array(z.object({ type: z.string(), address: z.string() })))),
        conditions: z.optional(
          z.nullable(
            z.array(
              z.object({
                type: z.string(),
                status: z.enum(['True', 'False', 'Unknown']),
                reason: text,
                message: text,
                lastTransitionTime: text,
              }),
            ),
          ),
        ),
        nodeInfo: z.optional(
          z.nullable(
            z.object({
              operatingSystem: text,
              architecture: text,
              kubeletVersion: text,
              containerRuntimeVersion: text,
              osImage: text,
              kernelVersion: text,
            }),
          ),
        ),
      }),
    ),
  ),
})

/** All Nodes. */
export const nodes = defineClusterPart<readonly ApiNode[]>({
  collect: kube => project(kube, { resource: resources.nodes, schema, change }),
})

function change({ metadata, spec, status }: z.infer<typeof schema>): ApiNode {
  const labels = metadata.labels ?? {}
  const info = status?.nodeInfo
  return {
    name: metadata.name,
    labels,
    annotations: metadata.annotations ?? {},
    createdAt: metadata.creationTimestamp ?? null,
    podCIDRs: spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []),
    addresses: status?.addresses ?? [],
    conditions: (status?.conditions ?? []).map(condition => ({
      type: condition.type,
      status: condition.status,
      reason: condition.reason ?? '',
      message: condition.message ?? '',
      since: condition.lastTransitionTime ?? null,
    })),
    taints: (spec?.taints ?? []).map(taint => ({
      ...taint,
      value: taint.value ?? '',
    })),
    os: info?.operatingSystem || labels['kubernetes.io/os'] || 'linux',
    architecture: info?.architecture ?? labels['kubernetes.io/arch'] ?? '',
    kubeletVersion: info?.kubeletVersion ?? '',
    runtimeVersion: info?.containerRuntimeVersion ?? '',
    osImage: info?.osImage ?? '',
    kernelVersion: info?.kernelVersion ?? '',
    unschedulable: spec?.unschedulable ?? false,
    providerId: spec?.providerID || null,
    deleting: Boolean(metadata.deletionTimestamp),
  }
}
