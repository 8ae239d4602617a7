import { hideSecrets, splitArguments } from '../formats/flags.ts'
import type { Host } from '../host.ts'
import { isOk, mapReading, ok, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'
import { mapReads, readValue } from './values.ts'

export interface HostProcess {
  readonly pid: number
  /** `comm`, at most 15 characters. */
  readonly name: string
  /** Values of flags that hold secrets are hidden. */
  readonly args: readonly string[]
}

/** More processes than this are not looked at. */
const mostProcesses = 65_536

/** Programs that run, guard or shape a node's network, by `comm`. */
const programs =
  /^(?:kubelet|kubelite|hyperkube|k3s(?:-server|-agent)?|rke2|k0s|kube-proxy|containerd|crio|dockerd|cri-dockerd|flanneld?|calico-node|bird6?|confd|cilium-agent|weaver?|kube-router|aws-k8s-agent|azure-cns|antrea-agent|kindnetd|ovs-vswitchd|ovnkube|ovn-controller|multus.*|coredns|node-cache|dnsmasq|named|unbound|systemd-resolve|systemd-network|NetworkManager|firewalld|connmand|keepalived)$/

/** Processes of the programs that matter here, by pid. Reads `comm` of every process, arguments only of these. */
export async function listProcesses(host: Host): Promise<Reading<HostProcess[]>> {
  const names = await host.list('/proc')
  if (!isOk(names)) return names
  const pids = names.value
    .filter(name => /^\d{1,10}$/.test(name))
    .slice(0, mostProcesses)
    .map(Number)
    .sort((a, b) => a - b)
  if (pids.length === 0) return unavailable('not-recorded', '/proc shows no process at all')
  const found = await mapReads(pids, pid => readProcess(host, pid))
  const unread = found.find(reading => !isOk(reading) && !isGone(reading))
  if (unread && !isOk(unread)) return unread
  return ok(found.flatMap(reading => (isOk(reading) && reading.value ? [reading.value] : [])))
}

/** A process may end while it is looked at; a recording holds only some of them. */
const isGone = (reading: Reading<unknown>): boolean =>
  reading.status === 'unavailable' && ['missing', 'not-recorded'].includes(reading.reason)

async function readProcess(host: Host, pid: number): Promise<Reading<HostProcess | null>> {
  const name = await readValue(host, `/proc/${pid}/comm`)
  if (!isOk(name)) return name
  if (!programs.test(name.value)) return ok(null)
  const line = await readText(host, `/proc/${pid}/cmdline`, { maxBytes: 65_536, keep: 'head' })
  return mapReading(line, text => ({ pid, name: name.value, args: hideSecrets(splitArguments(text)) }))
}
