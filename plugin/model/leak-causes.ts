import type { HostLogs } from '../../shared/node/host-logs.ts'
import type { Kernel } from '../../shared/node/kernel.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import { oneLine } from '../../shared/text.ts'
import type { Verdict } from './reservation-verdicts.ts'

/** Possible causes of leaked addresses. */
export interface LeakCauses {
  /** The newest log line about a failed network teardown; null when there is none. */
  readonly failingDelete: { readonly at: string; readonly line: string; readonly count: number } | null
  /** Last boot of the node in ms since the epoch, and the number of older leaks. */
  readonly boot: { readonly at: number; readonly before: number } | null
  /** Last start of the container runtime in its log, and the number of older leaks. */
  readonly runtimeStart: { readonly at: number; readonly before: number } | null
  /** False when no log was read, so that finding nothing means nothing. */
  readonly hasLogs: boolean
}

interface Sources {
  readonly hostLogs: Reading<HostLogs>
  readonly kernel: Reading<Kernel>
  /** When the node was read, ms since the epoch by its own clock. */
  readonly lookedAt: number
}

/** Looks for causes of leaks in the logs and the time of the last boot. */
export function leakCauses(leaks: readonly Verdict[], { hostLogs, kernel, lookedAt }: Sources): LeakCauses {
  const lines = isOk(hostLogs) ? linesOf(hostLogs.value) : []
  const failing = lines.filter(({ message }) => failingDelete.test(message))
  const start = lines.filter(({ component, message }) => component === 'runtime' && runtimeStart.test(message))
  const newest = failing.at(-1)
  const uptime = isOk(kernel) ? kernel.value.uptimeSeconds : null
  const bootedAt = uptime && isOk(uptime) ? lookedAt - 1000 * uptime.value : null
  const startedAt = Date.parse(start.at(-1)?.time ?? '')
  const before = (at: number) => leaks.filter(({ ageMs }) => ageMs !== null && lookedAt - ageMs < at).length
  return {
    failingDelete: newest ? { at: newest.source, line: oneLine(newest.message, 300), count: failing.length } : null,
    boot: bootedAt === null ? null : { at: bootedAt, before: before(bootedAt) },
    runtimeStart: Number.isNaN(startedAt) ? null : { at: startedAt, before: before(startedAt) },
    hasLogs: isOk(hostLogs),
  }
}

/** Error texts of libcni, containerd, CRI-O, Docker's shims and the kubelet. */
const failingDelete =
  /failed \(delete\)|failed to (?:destroy|tear ?down|delete) (?:pod )?(?:sandbox |container )?network|failed to teardown pod|failed to destroy networks|KillPodSandboxError|Failed to stop sandbox/i

const runtimeStart = /\b(?:starting containerd|containerd successfully booted|Starting CRI-?O|Starting up)\b/i

const linesOf = ({ logs }: HostLogs) =>
  logs.flatMap(({ component, source, entries }) =>
    isOk(entries) ? entries.value.map(entry => ({ component, source, ...entry })) : [],
  )
