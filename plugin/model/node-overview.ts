import type { Finding } from '../../shared/finding.ts'
import type { Bridges } from '../../shared/node/bridges.ts'
import type { CniConfigFile } from '../../shared/node/cni-config.ts'
import { isMissing, isOk, valueOr } from '../../shared/reading.ts'
import type { NodeParts, NodeSnapshot, PartName } from '../../shared/snapshot.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { typesOf } from './cni-products.ts'
import { effectiveConfig, flavourOf } from './effective-config.ts'
import { localNetworks } from './local-networks.ts'

/** State of a kernel setting; `absent` means that the kernel has no such key. */
type Setting = 'on' | 'off' | 'absent' | 'unknown'

/** One node on one line. Null means unread, an empty list means none. */
export interface NodeOverview {
  readonly name: string
  readonly state: 'ok' | 'error' | 'warning' | 'not read'
  /** Why it was not read. */
  readonly why: string | null
  /** Codes of findings about this node, heaviest first. */
  readonly findings: readonly string[]
  readonly runtime: string | null
  /** Networks that new pods get, with their plugin types in order. */
  readonly cni:
    | readonly { readonly network: string; readonly file: string; readonly plugins: readonly string[] }[]
    | null
  readonly forwarding: Setting
  readonly bridgeFilter: Setting
  /** Addresses of host-local, per range set. */
  readonly addresses:
    | readonly { readonly network: string; readonly range: string; readonly used: number; readonly capacity: number }[]
    | null
  readonly conntrack: { readonly count: number; readonly max: number } | null
  /** Number of bridge ports, and how many have hairpin mode. */
  readonly hairpin: { readonly ports: number; readonly enabled: number } | null
  readonly serviceProxy: string | null
  readonly kernel: string | null
  readonly os: string | null
  readonly kubelet: string | null
}

/** Node parts needed for its line. */
export const overviewParts = [
  'bridges',
  'cniConfig',
  'conntrack',
  'hostLocal',
  'kernel',
  'kubeProxy',
  'runtime',
  'sysctls',
] as const satisfies readonly PartName[]

/** Describes every node of a snapshot, in order. */
export function describeNodes(snapshot: Snapshot, findings: readonly Finding[]): readonly NodeOverview[] {
  const nodes = isOk(snapshot.cluster.nodes) ? snapshot.cluster.nodes.value : []
  return snapshot.nodes.map(node => {
    const api = nodes.find(({ name }) => name === node.name)
    const own = findings.filter(({ subject }) => (subject.kind === 'Node' ? subject.name : null) === node.name)
    return {
      ...(node.status === 'read' ? describe(node.parts, api) : nothing),
      ...headOf(node, own),
      kubelet: api?.kubeletVersion || null,
    }
  })
}

/** Restricts the renderer to the parts that are always requested. */
type Shown = Pick<NodeParts, (typeof overviewParts)[number]>

type Head = Pick<NodeOverview, 'name' | 'state' | 'why' | 'findings'>
type Body = Omit<NodeOverview, keyof Head | 'kubelet'>

function headOf(node: NodeSnapshot, findings: readonly Finding[]): Head {
  const grave = findings.filter(({ severity }) => severity !== 'info')
  const worst = grave.some(({ severity }) => severity === 'error') ? 'error' : grave.length > 0 ? 'warning' : 'ok'
  return {
    name: node.name,
    state: node.status === 'read' ? worst : 'not read',
    why: node.status === 'read' ? null : node.why,
    findings: [...new Set(grave.map(({ code }) => code))],
  }
}

const nothing: Body = {
  runtime: null,
  cni: null,
  forwarding: 'unknown',
  bridgeFilter: 'unknown',
  addresses: null,
  conntrack: null,
  hairpin: null,
  serviceProxy: null,
  kernel: null,
  os: null,
}

function describe(parts: Shown, api: ApiNode | undefined): Body {
  const { runtime, kernel } = parts
  const configs = configsInUse(parts, api)
  return {
    runtime: isOk(runtime) ? `${runtime.value.name} ${runtime.value.version}`.trim() : api?.runtimeVersion || null,
    cni: configs?.map(describeConfig) ?? null,
    forwarding: setting(parts, 'net/ipv4/ip_forward'),
    bridgeFilter: setting(parts, 'net/bridge/bridge-nf-call-iptables'),
    addresses: configs && addressesOf(parts, { configs, api }),
    conntrack: conntrackOf(parts),
    hairpin: isOk(parts.bridges) ? hairpinOf(parts.bridges.value) : null,
    serviceProxy: isOk(parts.kubeProxy) ? valueOr(parts.kubeProxy.value.mode, null) : null,
    kernel: isOk(kernel) ? valueOr(kernel.value.release, null) : null,
    os: isOk(kernel) && isOk(kernel.value.os) ? kernel.value.os.value.name : api?.osImage || null,
  }
}

function configsInUse({ cniConfig, runtime }: Shown, api: ApiNode | undefined): readonly CniConfigFile[] | null {
  if (!isOk(cniConfig)) return null
  const effective = effectiveConfig({ config: cniConfig.value, runtime, flavour: flavourOf(runtime, api) })
  return isOk(effective) ? effective.value.inUse : null
}

function describeConfig(file: CniConfigFile): { network: string; file: string; plugins: readonly string[] } {
  const content = isOk(file.content) ? file.content.value : null
  return { network: content?.name ?? '', file: file.name, plugins: content ? typesOf(content) : [] }
}

function addressesOf(
  { hostLocal }: Shown,
  { configs, api }: { configs: readonly CniConfigFile[]; api: ApiNode | undefined },
): NodeOverview['addresses'] {
  if (!isOk(hostLocal)) return null
  const networks = localNetworks({
    configs,
    hostLocal: hostLocal.value,
    podNetworks: api?.podCIDRs ?? [],
    isKubenet: false,
  })
  return networks.flatMap(({ name, sets }) =>
    sets.map(({ range, used, capacity }) => ({ network: name, range, used: used.length, capacity: Number(capacity) })),
  )
}

function conntrackOf({ conntrack }: Shown): NodeOverview['conntrack'] {
  if (!isOk(conntrack)) return null
  const { count, max } = conntrack.value
  return isOk(count) && isOk(max) ? { count: count.value, max: max.value } : null
}

function hairpinOf({ bridges }: Bridges): NodeOverview['hairpin'] {
  const ports = bridges.flatMap(bridge =>
    bridge.ports.map(port => valueOr(bridge.promiscuous, false) || valueOr(port.hairpin, false)),
  )
  return { ports: ports.length, enabled: ports.filter(Boolean).length }
}

function setting({ sysctls }: Shown, key: string): Setting {
  const value = isOk(sysctls) ? sysctls.value.values[key] : undefined
  if (!value) return 'unknown'
  if (isMissing(value)) return 'absent'
  return isOk(value) ? (value.value === '0' ? 'off' : 'on') : 'unknown'
}
