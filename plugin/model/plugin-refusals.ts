import type { HostLogs } from '../../shared/node/host-logs.ts'
import type { Reading } from '../../shared/reading.ts'
import { type LogLine, recentHostLines } from './log-lines.ts'

/** Why a runtime did not take a configuration: what its plugins answered when it asked for their versions. */
export interface PluginRefusal {
  readonly line: LogLine
  readonly reason: string
}

/** The last one of the last quarter of an hour; null where the runtime logs none. */
export function pluginRefusal(hostLogs: Reading<HostLogs>, takenAt: number): PluginRefusal | null {
  const refusals = recentHostLines(hostLogs, takenAt, ['kubelet', 'runtime']).flatMap(line => {
    const reason = refused.exec(line.text)?.groups?.reason
    return reason === undefined ? [] : [{ line, reason }]
  })
  return refusals.at(-1) ?? null
}

/**
 * Docker's shim in the kubelet and CRI-O ask each plugin before they take a file; the reason stands at the end of a line
 * that holds the whole configuration. A plugin that prints nothing has crashed, hangs on a lock or is no CNI plugin.
 * Sources: pkg/kubelet/dockershim/network/cni/cni.go, cri-o/ocicni, containernetworking/cni pkg/invoke.
 */
const refused =
  /Error validating CNI config.*\[(?<reason>(?:decoding version info|failed to find plugin|fork\/exec|netplugin failed|exec format)[^\n]*?)\]+\s*$/
