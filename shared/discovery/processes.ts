import { hideSecrets, splitArguments } from '../formats/flags.ts'
import type { Host } from '../host.ts'
import { isMissing, isOk, mapReading, ok, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'
import { mapReads, readValue } from './values.ts'

/** A process of the host. */
export interface HostProcess {
  readonly pid: number
  /** `comm`, at most 15 characters. */
  readonly name: string
  /** Values of secret flags are hidden. */
  readonly args: readonly string[]
  /** State letter: `T` is stopped, `D` waits for the kernel; absent when unread. proc_pid_stat(5). */
  readonly state?: string
}

/** Maximum number of processes to examine. */
const mostProcesses = 65_536

/** Programs that run, protect or configure a node's network, by `comm`. */
const programs =
  /^(?:kubelet|kubelite|hyperkube|k3s(?:-server|-agent)?|rke2|k0s|kube-proxy|containerd|crio|dockerd|cri-dockerd|flanneld?|calico-node|bird6?|confd|cilium-agent|weaver?|kube-router|aws-k8s-agent|azure-cns|antrea-agent|kindnetd|ovs-vswitchd|ovnkube|ovn-controller|multus.*|coredns|node-cache|dnsmasq|named|unbound|systemd-resolve|systemd-network|NetworkManager|firewalld|connmand|keepalived)$/

/** Processes of the host. */
export interface ProcessList {
  /** Sorted by pid. */
  readonly processes: readonly HostProcess[]
  /** False for a recording of only some processes; others may be running too. */
  readonly complete: boolean
}

/** Lists the processes of relevant programs. Reads `comm` of every process, but arguments only of these. */
export async function listProcesses(host: Host): Promise<Reading<ProcessList>> {
  const names = await host.list('/proc')
  if (!isOk(names)) return isMissing(names) ? unavailable('failed', 'the host has no /proc') : names
  const pids = names.value.filter(name => /^\d{1,10}$/.test(name)).slice(0, mostProcesses)
  const found = await mapReads(pids.map(Number).sort(ascending), pid => readProcess(host, pid))
  // A process may end while it is examined.
  const unread = found.find(reading => !isOk(reading) && !isMissing(reading))
  const processes = found.flatMap(reading => (isOk(reading) && reading.value ? [reading.value] : []))
  const complete = pids.includes('1') && unread === undefined
  if (processes.length > 0 || complete) return ok({ processes, complete })
  return unread && !isOk(unread) ? unread : unavailable('not-recorded', '/proc shows no process at all')
}

const ascending = (a: number, b: number): number => a - b

async function readProcess(host: Host, pid: number): Promise<Reading<HostProcess | null>> {
  const name = await readValue(host, `/proc/${pid}/comm`)
  if (!isOk(name)) return name
  if (!programs.test(name.value)) return ok(null)
  const line = await readText(host, `/proc/${pid}/cmdline`, { maxBytes: 65_536, keep: 'head' })
  const state = await readState(host, pid)
  return mapReading(line, text => ({ pid, name: name.value, args: hideSecrets(splitArguments(text)), ...state }))
}

/** The name before the state is in parentheses and may contain any character. */
async function readState(host: Host, pid: number): Promise<Pick<HostProcess, 'state'>> {
  const stat = await readValue(host, `/proc/${pid}/stat`)
  const state = isOk(stat) ? /^\d+ \(.*\) ([A-Za-z]) /s.exec(stat.value)?.[1] : undefined
  return state === undefined ? {} : { state }
}
