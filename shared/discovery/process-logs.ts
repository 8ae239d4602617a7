import { parsePodCgroup } from '../formats/pod-cgroup.ts'
import type { Host } from '../host.ts'
import { isOk } from '../reading.ts'
import { readText } from '../text.ts'
import { type LogSource, programsOfLogs } from './log-sources.ts'
import { type HostProcess, listProcesses } from './processes.ts'
import { mapReads } from './values.ts'

/**
 * Files below /var/log to which node programs write their output: under an init without a journal, or started by hand.
 * Programs inside pods are excluded, because their paths are in other file systems.
 */
export async function findProcessLogs(host: Host): Promise<readonly LogSource[]> {
  const list = await listProcesses(host)
  const found = await mapReads(isOk(list) ? list.value.processes : [], process => findOutputs(host, process))
  return [...new Map(found.flat().map(source => [`${source.component} ${source.path}`, source])).values()]
}

async function findOutputs(host: Host, { pid, name }: HostProcess): Promise<readonly LogSource[]> {
  const component = programsOfLogs.find(({ programs }) => programs.test(name))?.component
  if (component === undefined || (await isOfPod(host, pid))) return []
  const outputs = await Promise.all([1, 2].map(descriptor => host.stat(`/proc/${pid}/fd/${descriptor}`)))
  const targets = outputs.flatMap(output => (isOk(output) ? [output.value.target ?? ''] : []))
  return targets.filter(path => /^\/var\/log\/[^\0]+$/.test(path)).map(path => ({ component, path }))
}

async function isOfPod(host: Host, pid: number): Promise<boolean> {
  const groups = await readText(host, `/proc/${pid}/cgroup`, { maxBytes: 65_536 })
  return isOk(groups) && parsePodCgroup(groups.value) !== null
}
