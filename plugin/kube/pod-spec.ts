import * as z from 'zod/mini'
import { type ContainerSpec, containerSpecSchema, toContainerSpec } from './container-spec.ts'
import { flag, listOf, maybe, strings, text } from './fields.ts'
import { toVolume, type Volume, volumeSchema } from './volume.ts'

/** A pod's `dnsConfig`. */
export interface DnsConfig {
  readonly nameservers: readonly string[]
  readonly searches: readonly string[]
  readonly options: readonly { readonly name: string; readonly value: string | null }[]
}

/** Fields common to a pod's spec and a workload's pod template. */
export interface PodSpec {
  readonly hostNetwork: boolean
  readonly serviceAccount: string
  /** `ClusterFirst` by default. */
  readonly dnsPolicy: string
  readonly dnsConfig: DnsConfig | null
  readonly volumes: readonly Volume[]
  readonly initSpecs: readonly ContainerSpec[]
}

/** Schema fields common to pod specs and pod templates. */
export const podSpecFields = {
  hostNetwork: flag,
  serviceAccountName: text,
  dnsPolicy: text,
  dnsConfig: maybe(
    z.object({ nameservers: strings, searches: strings, options: listOf(z.object({ name: text, value: text })) }),
  ),
  containers: listOf(containerSpecSchema),
  initContainers: listOf(containerSpecSchema),
  volumes: listOf(volumeSchema),
}

const podSpecSchema = z.object(podSpecFields)

/** Converts the common fields of a pod spec. */
export const toPodSpec = (spec: z.infer<typeof podSpecSchema>): PodSpec => ({
  hostNetwork: spec.hostNetwork ?? false,
  serviceAccount: spec.serviceAccountName || 'default',
  dnsPolicy: spec.dnsPolicy || 'ClusterFirst',
  dnsConfig: spec.dnsConfig
    ? {
        nameservers: spec.dnsConfig.nameservers ?? [],
        searches: spec.dnsConfig.searches ?? [],
        options: (spec.dnsConfig.options ?? []).map(({ name, value }) => ({ name: name ?? '', value: value ?? null })),
      }
    : null,
  volumes: (spec.volumes ?? []).map(toVolume),
  initSpecs: (spec.initContainers ?? []).map(toContainerSpec),
})
