import * as z from 'zod/mini'
import { readOutput } from '../discovery/command-output.ts'
import { mapReads, unlessUnread } from '../discovery/values.ts'
import { featuresSchema, parseEthtoolFeatures } from '../formats/ethtool.ts'
import type { Host } from '../host.ts'
import { type CollectContext, definePart, readingOf } from '../part.ts'
import { isOk, ok, type Reading } from '../reading.ts'
import { overlays } from './overlays.ts'
import { routes } from './routes.ts'

/** Offload features of the devices that carry the node's traffic: those of default routes, and tunnels. */
export const offloadsSchema = z.object({
  /** By device. Only `ethtool` can read them: without it, a device is `missing`. */
  devices: z.record(z.string(), readingOf(featuresSchema)),
})
export type Offloads = z.infer<typeof offloadsSchema>

/** Maximum number of devices, because each needs a command of its own. */
const mostDevices = 16

export const offloads = definePart<Offloads>({
  schema: offloadsSchema,
  collect: async (host, context) => {
    const names = await chooseDevices(host, context)
    if (!isOk(names)) return names
    const read = await mapReads(names.value, async name => {
      const text = await readOutput(host, `ethtool-${name}`)
      return [name, isOk(text) ? parseEthtoolFeatures(text.value) : text] as const
    })
    const devices = Object.fromEntries(read)
    return read.length === 0 ? ok({ devices }) : unlessUnread(Object.values(devices), { devices })
  },
})

async function chooseDevices(host: Host, context: CollectContext): Promise<Reading<readonly string[]>> {
  const [table, tunnels] = await Promise.all([routes.collect(host, context), overlays.collect(host, context)])
  if (!isOk(table) && !isOk(tunnels)) return table
  const uplinks = isOk(table)
    ? table.value.routes.filter(route => route.destination.endsWith('/0')).map(route => route.device)
    : []
  const wrapped = isOk(tunnels) ? tunnels.value.overlays.map(({ name }) => name) : []
  return ok([...new Set([...uplinks, ...wrapped])].filter(isDeviceName).slice(0, mostDevices))
}

/** The kernel allows more, but a name that looks like a flag or path is not passed to a command. */
const isDeviceName = (name: string | null): name is string => name !== null && /^\w[\w.@:+-]{0,14}$/.test(name)
