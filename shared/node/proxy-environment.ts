import * as z from 'zod/mini'
import { listProcesses } from '../discovery/processes.ts'
import { mapReads } from '../discovery/values.ts'
import {
  type ProxySettings,
  parseEnvironment,
  parseUnitEnvironment,
  proxySettingsSchema,
} from '../formats/proxy-settings.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isOk, mapReading, ok, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'

/** HTTP proxy settings of node programs. Nothing else of their environments is kept. */
export const proxyEnvironmentSchema = z.object({
  processes: readingOf(
    z.array(z.object({ pid: z.number(), name: z.string(), proxies: readingOf(proxySettingsSchema) })),
  ),
  /** By path of the drop-in: settings for the next start of a unit. */
  units: z.record(z.string(), readingOf(proxySettingsSchema)),
})
export type ProxyEnvironment = z.infer<typeof proxyEnvironmentSchema>

/** Programs that connect to the API server or to registries. */
const programs =
  /^(?:kube-apiserver|kubelet|kubelite|k3s(?:-server|-agent)?|rke2|k0s|kube-proxy|containerd|crio|dockerd|cri-dockerd)$/
const units = ['kubelet', 'containerd', 'crio', 'docker', 'cri-docker', 'k3s', 'k3s-agent', 'rke2-server', 'rke2-agent']
const mostDropIns = 32

export const proxyEnvironment = definePart<ProxyEnvironment>({
  schema: proxyEnvironmentSchema,
  collect: async host => {
    const processes = await readProcesses(host)
    const units = Object.fromEntries(await readUnits(host))
    return isOk(processes) || Object.keys(units).length > 0 ? ok({ processes, units }) : processes
  },
})

async function readProcesses(host: Host): Promise<ProxyEnvironment['processes']> {
  const list = await listProcesses(host)
  if (!isOk(list)) return list
  const chosen = list.value.processes.filter(({ name }) => programs.test(name))
  if (chosen.length === 0 && !list.value.complete)
    return unavailable('not-recorded', 'the recording holds only some processes')
  const read = await mapReads(chosen, async ({ pid, name }) => {
    const text = await readText(host, `/proc/${pid}/environ`, { maxBytes: 256 << 10, keep: 'head' })
    return { pid, name, proxies: mapReading(text, parseEnvironment) }
  })
  return ok(read)
}

async function readUnits(host: Host): Promise<readonly (readonly [string, Reading<ProxySettings>])[]> {
  const folders = units.map(unit => `/etc/systemd/system/${unit}.service.d`)
  const listed = await mapReads(folders, async folder => {
    const names = await host.list(folder)
    return isOk(names) ? names.value.filter(name => name.endsWith('.conf')).map(name => `${folder}/${name}`) : []
  })
  return mapReads(listed.flat().slice(0, mostDropIns), async path => {
    const text = await readText(host, path, { maxBytes: 65_536 })
    return [path, mapReading(text, parseUnitEnvironment)] as const
  })
}
