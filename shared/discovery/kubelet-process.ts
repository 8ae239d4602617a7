import type { Host } from '../host.ts'
import { isOk, ok, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'
import { type HostProcess, listProcesses } from './processes.ts'
import { mapReads } from './values.ts'

/** Other programs that embed a kubelet. */
const holders = new Set(['k3s', 'k3s-server', 'k3s-agent', 'kubelite', 'hyperkube'])

/** Finds this node's kubelet process; `missing` only when all processes were listed. */
export async function findKubeletProcess(host: Host): Promise<Reading<HostProcess>> {
  const list = await listProcesses(host)
  if (!isOk(list)) return list
  const { processes, complete } = list.value
  const kubelets = processes.filter(({ name }) => name === 'kubelet')
  const candidates = kubelets.length > 0 ? kubelets : processes.filter(({ name }) => holders.has(name))
  const [found] = candidates.length > 1 ? await preferOutside(host, candidates) : candidates
  if (found) return ok(found)
  return complete
    ? unavailable('missing', 'no kubelet runs on this node')
    : unavailable('not-recorded', 'the recording holds only some processes, and no kubelet')
}

/** Nested clusters inside pods have kubelets too; those are in a container's control group. */
async function preferOutside(host: Host, candidates: readonly HostProcess[]): Promise<readonly HostProcess[]> {
  const isInside = await mapReads(candidates, async ({ pid }) => {
    const groups = await readText(host, `/proc/${pid}/cgroup`, { maxBytes: 65_536 })
    return isOk(groups) && /kubepods|docker|libpod|lxc/.test(groups.value)
  })
  const outside = candidates.filter((_, index) => !isInside[index])
  return outside.length > 0 ? outside : candidates
}
