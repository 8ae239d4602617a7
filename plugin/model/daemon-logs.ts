import { isOk, type Reading } from '../../shared/reading.ts'
import type { ContainerLog } from '../cluster/component-logs.ts'
import type { Pod } from '../cluster/pods.ts'
import { cniComponentsOf } from './components.ts'
import { klogAge } from './klog-time.ts'
import { containerLines, type LogLine } from './log-lines.ts'
import { memoise } from './memo.ts'
import { ageOf, isLive, minute } from './pods.ts'

/** Kinds of complaints of CNI daemons and installers, independent of the product and its wording. */
type ComplaintKind =
  | 'nft-incompatible'
  | 'certificate'
  | 'api-unreachable'
  | 'unauthorised'
  | 'range-mismatch'
  | 'no-lease'
  | 'overlap'
  | 'address-conflict'
  | 'port-taken'
  | 'module-missing'
  | 'no-addresses'
  | 'not-permitted'

/**
 * Patterns by precedence; the first match determines the kind. Sources: logs of flanneld, calico-node and its bird,
 * cilium-agent, weaver, kube-router, aws-node, antrea-agent, and of installers written in shell and Go.
 */
const patterns: readonly (readonly [ComplaintKind, RegExp])[] = [
  ['nft-incompatible', /incompatible nft rules|table .{1,20} is incompatible, use 'nft' tool/i],
  ['certificate', /\bx509:|certificate (?:has expired|signed by unknown)|bad certificate/i],
  [
    'api-unreachable',
    /(?:dial tcp|Get "?https?:|Post "?https?:).{0,300}(?:i\/o timeout|connection refused|no route to host|network is unreachable|deadline exceeded|TLS handshake timeout)/i,
  ],
  ['unauthorised', /\bUnauthorized\b|\bis forbidden: |connection is unauthorized|UnauthorizedOperation|AccessDenied/],
  [
    'range-mismatch',
    /does(?:n't| not) contain .{0,120}\bpod ?cidr|pod ?cidr .{0,120}(?:not (?:in|within|part of)|outside)/i,
  ],
  [
    'no-lease',
    /(?:acquir|regist|obtain|renew)\w* (?:a )?(?:network|subnet|lease).{0,80}(?:lease|cidr)|acquire (?:a )?lease|pod ?cidr (?:is )?(?:not (?:assigned|set|allocated|available)|empty)|no pod ?cidr/i,
  ],
  ['overlap', /overlaps? with (?:an )?existing|network .{1,60} overlaps/i],
  ['address-conflict', /already using the IPv[46] address|conflicting (?:node )?(?:ip|address)/i],
  ['port-taken', /address (?:is )?already in use|Address in use|Cannot open listening socket|Cannot bind port/],
  [
    'module-missing',
    /bridge-nf-call-ip6?tables|br_netfilter|modprobe.{0,80}(?:not found|failed|FATAL)|Table does not exist|kernel .{0,60}(?:not support|too old)/i,
  ],
  [
    'no-addresses',
    /InsufficientFreeAddressesInSubnet|InsufficientCidrBlocks|pools are likely exhausted|no available IP addresses/i,
  ],
  [
    'not-permitted',
    /(?:\/cni\b|\/cni\/|net\.d|\.conflist|\/host\/|\/opt\/|\/var\/(?:run|lib)\/).{0,200}(?:permission denied|operation not permitted|file exists|read-only file system)/i,
  ],
]

/** A complaint that is still relevant: from a daemon that is not ready, or from the last 15 minutes. */
export interface Complaint {
  readonly kind: ComplaintKind
  readonly pod: Pod
  readonly node: string
  readonly line: LogLine
  /** False when the daemon is ready despite the complaint. */
  readonly isUnwell: boolean
}

/** Complaints of CNI pods on all nodes, oldest first within each pod. */
export function daemonComplaints(
  { pods, componentLogs }: { readonly pods: readonly Pod[]; readonly componentLogs: Reading<readonly ContainerLog[]> },
  takenAt: number,
): readonly Complaint[] {
  if (!isOk(componentLogs)) return []
  return classified(componentLogs.value)(pods).filter(
    ({ isUnwell, line }) => isUnwell || (ageOfLine(line.text, takenAt) ?? recent + 1) <= recent,
  )
}

/**
 * Why it is not known what an agent that is not ready complains of, on one node or on any; null where it is known, or
 * all agents are ready.
 */
export function unheardAgents(
  { pods, componentLogs }: { readonly pods: Reading<readonly Pod[]>; readonly componentLogs: Reading<unknown> },
  node?: string,
): string | null {
  if (!isOk(pods)) return pods.detail
  if (isOk(componentLogs)) return null
  const isUnwell = (pod: Pod) =>
    !pod.ready && isLive(pod) && (node === undefined || pod.node === node) && cniComponentsOf(pod).length > 0
  return pods.value.some(isUnwell) ? componentLogs.detail : null
}

const recent = 15 * minute

const classified = memoise((logs: readonly ContainerLog[]) =>
  memoise((pods: readonly Pod[]): readonly Complaint[] =>
    pods.flatMap(pod => {
      if (pod.node === null || !isLive(pod) || cniComponentsOf(pod).length === 0) return []
      const node = pod.node
      const own = logs.filter(log => log.namespace === pod.namespace && log.pod === pod.name)
      return own.flatMap(containerLines).flatMap(line => {
        const kind = complaintKind(line.text)
        return kind ? [{ kind, pod, node, line, isUnwell: !pod.ready }] : []
      })
    }),
  ),
)

/** What a line complains of; null for any other line. */
export const complaintKind = (text: string): ComplaintKind | null => {
  const start = text.slice(0, longest)
  return patterns.find(([, pattern]) => pattern.test(start))?.[0] ?? null
}

/** Maximum number of characters examined per line. */
const longest = 2048

/**
 * Age of a log line in ms, from the timestamp of the runtime, the product (`2026-11-21 01:59:51.902`) or klog; null
 * without one.
 */
export function ageOfLine(text: string, takenAt: number): number | null {
  const time = /\b(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)/.exec(text)
  return time ? ageOf(`${time[1]}T${time[2]}Z`, takenAt) : klogAge(text, takenAt)
}
