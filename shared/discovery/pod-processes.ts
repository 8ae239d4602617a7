import { parsePodCgroup } from '../formats/pod-cgroup.ts'
import type { Host } from '../host.ts'
import { isMissing, isOk, ok, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'
import { mapReads, readValue } from './values.ts'

/** Maximum number of processes to examine. */
const mostProcesses = 65_536

/**
 * Finds one process of each pod by its control group, which the kubelet names alike for every runtime. Prefers the
 * sandbox's process, which runs no user code, and then the oldest one.
 */
export async function findPodProcesses(host: Host): Promise<Reading<ReadonlyMap<string, number>>> {
  const names = await host.list('/proc')
  if (!isOk(names)) return names
  const pids = names.value.filter(name => /^\d{1,10}$/.test(name)).map(Number)
  const found = await mapReads(pids.slice(0, mostProcesses), pid => findPod(host, pid))
  const processes = found.flatMap(reading => (isOk(reading) ? [reading.value] : []))
  const unread = found.find(reading => !isOk(reading) && !isMissing(reading))
  if (processes.length === 0) return unread && !isOk(unread) ? unread : noProcess
  const inPods = processes.flatMap(({ uid, pid }) => (uid === null ? [] : [{ uid, pid }]))
  return ok(
    await chooseProcesses(
      host,
      inPods.sort((a, b) => a.pid - b.pid),
    ),
  )
}

const noProcess = unavailable('not-recorded', '/proc shows no process at all')

async function findPod(host: Host, pid: number): Promise<Reading<{ uid: string | null; pid: number }>> {
  const text = await readText(host, `/proc/${pid}/cgroup`, { maxBytes: 65_536, keep: 'head' })
  return isOk(text) ? ok({ uid: parsePodCgroup(text.value), pid }) : text
}

async function chooseProcesses(
  host: Host,
  processes: readonly { readonly uid: string; readonly pid: number }[],
): Promise<ReadonlyMap<string, number>> {
  const isSandbox = await mapReads(processes, async ({ pid }) => {
    const name = await readValue(host, `/proc/${pid}/comm`)
    return isOk(name) && name.value === 'pause'
  })
  const chosen = new Map<string, number>()
  const sandboxes = processes.filter((_, index) => isSandbox[index])
  for (const { uid, pid } of [...sandboxes, ...processes]) if (!chosen.has(uid)) chosen.set(uid, pid)
  return chosen
}
