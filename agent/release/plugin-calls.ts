import { mapReads } from '../../shared/discovery/values.ts'
import type { Host } from '../../shared/host.ts'
import { isMissing, isOk, ok, type Reading } from '../../shared/reading.ts'
import { readText } from '../../shared/text.ts'

/** Ids of containers for which a CNI plugin is running right now, with the CNI verb. */
export async function listPluginCalls(host: Host): Promise<Reading<ReadonlyMap<string, string>>> {
  const names = await host.list('/proc')
  if (!isOk(names)) return names
  // Process 1 is never a plugin, and may be unreadable even for root.
  const pids = names.value.filter(name => /^\d{1,10}$/.test(name) && name !== '1')
  const calls = await mapReads(pids, pid => readCall(host, pid))
  const unread = calls.find(call => !isOk(call) && !isMissing(call))
  if (unread && !isOk(unread)) return unread
  return ok(new Map(calls.flatMap(call => (isOk(call) && call.value ? [call.value] : []))))
}

/** A plugin's verb and container are in its environment, which delegated plugins inherit. */
async function readCall(host: Host, pid: string): Promise<Reading<readonly [string, string] | null>> {
  const text = await readText(host, `/proc/${pid}/environ`, { maxBytes: 128 << 10, keep: 'head' })
  if (!isOk(text)) return text
  const variable = (name: string) =>
    text.value
      .split('\0')
      .find(entry => entry.startsWith(`${name}=`))
      ?.slice(name.length + 1)
  const verb = variable('CNI_COMMAND')
  const id = variable('CNI_CONTAINERID')
  return ok(verb === undefined || id === undefined ? null : [id, verb])
}
