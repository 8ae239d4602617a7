import type { Link } from '../../shared/node/links.ts'
import { isMissing, isOk, type Reading } from '../../shared/reading.ts'
import type { NodeParts, PartName } from '../../shared/snapshot.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import { effectiveConfig, flavourOf } from './effective-config.ts'
import type { Facts } from './odd-one-out.ts'
import { sharedConfig } from './shared-config.ts'

/** Node parts whose facts can be compared between nodes. */
export const comparableParts = [
  'cniConfig',
  'iptables',
  'kernel',
  'kubeProxy',
  'links',
  'modules',
  'runtime',
  'sysctls',
] as const satisfies readonly PartName[]

type Comparable = Partial<Pick<NodeParts, (typeof comparableParts)[number]>>
type Entry = readonly [fact: string, value: string]

/** Facts that should be equal on all similar nodes. Node-specific facts such as addresses are left out. */
export function comparableFacts(parts: Comparable, api: ApiNode | undefined): Facts {
  const entries: readonly Entry[] = [
    ...settings(parts),
    ...modules(parts),
    ...versions(parts, api),
    ...sizes(parts),
    ...configuration(parts, api),
  ]
  return new Map(entries.filter(([, value]) => value !== ''))
}

const absent = '(none)'

function settings({ sysctls }: Comparable): readonly Entry[] {
  if (!sysctls || !isOk(sysctls)) return []
  return Object.entries(sysctls.value.values)
    .filter(([key]) => !/\/conf\/(?!(?:all|default)\/)/.test(key))
    .flatMap(([key, value]) =>
      isOk(value) ? [[key, value.value] as const] : isMissing(value) ? [[key, absent] as const] : [],
    )
}

function modules({ modules }: Comparable): readonly Entry[] {
  if (!modules || !isOk(modules)) return []
  return Object.entries(modules.value.states)
    .filter(([, state]) => state !== 'unknown')
    .map(([name, state]) => [`module ${name}`, state])
}

function versions({ kernel, runtime, kubeProxy, iptables }: Comparable, api: ApiNode | undefined): readonly Entry[] {
  return [
    ['kernel', kernel && isOk(kernel) ? textOf(kernel.value.release) : ''],
    ['runtime', runtime && isOk(runtime) ? `${runtime.value.name} ${runtime.value.version}` : ''],
    ['kubelet', api?.kubeletVersion ?? ''],
    ['mode of kube-proxy', kubeProxy && isOk(kubeProxy) ? textOf(kubeProxy.value.mode) : ''],
    ['iptables of the host', iptables && isOk(iptables) ? backendOf(textOf(iptables.value.version)) : ''],
  ]
}

const backendOf = (version: string): string => /\((nf_tables|legacy)\)/.exec(version)?.[1] ?? ''
const textOf = (reading: Reading<string | null>): string => (isOk(reading) ? (reading.value ?? '') : '')

/** Whether a device looks like the host end of a pod's veth pair; the uplink of a containerised node does too. */
export const isPodDevice = ({ name, kind }: Pick<Link, 'name' | 'kind'>): boolean =>
  (kind === 'veth' && !/^e(?:th|n)/.test(name)) || /^(?:veth|cali|lxc|eni|azv|vethwe)|@/.test(name)

/** MTUs of devices with the same name on every node; pod devices are excluded. */
function sizes({ links }: Comparable): readonly Entry[] {
  if (!links || !isOk(links)) return []
  return links.value.links
    .filter(link => link.mtu !== null && !isPodDevice(link))
    .map(({ name, mtu }) => [`MTU of ${name}`, String(mtu)])
}

function configuration({ cniConfig, runtime }: Comparable, api: ApiNode | undefined): readonly Entry[] {
  if (!cniConfig || !isOk(cniConfig) || !runtime) return []
  const effective = effectiveConfig({ config: cniConfig.value, runtime, flavour: flavourOf(runtime, api) })
  if (!isOk(effective) || effective.value.inUse.length === 0) return []
  return [['CNI configuration', effective.value.inUse.map(sharedConfig).join(' ')]]
}
