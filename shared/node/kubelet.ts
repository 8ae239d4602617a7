import * as z from 'zod/mini'
import { findKubelet } from '../discovery/kubelet.ts'
import { kubeletSettingsSchema } from '../formats/kubelet-config.ts'
import { definePart, readingOf } from '../part.ts'
import { isOk, mapReading, ok, type Reading, type Unavailable } from '../reading.ts'

/** The kubelet's own settings and its health. */
const kubeletSchema = z.object({
  /** Command line without secrets; `missing` when no kubelet runs (or program that embeds one, such as k3s). */
  args: readingOf(z.array(z.string())),
  configPath: z.nullable(z.string()),
  /** Merged from the file, its drop-ins and the flags. */
  config: readingOf(kubeletSettingsSchema),
  healthz: readingOf(z.object({ status: z.number(), body: z.string() })),
})
export type Kubelet = z.infer<typeof kubeletSchema>

export const kubelet = definePart<Kubelet>({
  schema: kubeletSchema,
  collect: async host => {
    const [healthz, kubelet] = await Promise.all([host.http('kubelet-healthz'), findKubelet(host)])
    const { args, configPath, settings } = kubelet
    if (wasNotRecorded(args) && wasNotRecorded(settings) && wasNotRecorded(healthz)) return args
    return ok({
      args,
      configPath,
      config: settings,
      healthz: mapReading(healthz, ({ status, body }) => ({ status, body: body.slice(0, mostBody) })),
    })
  },
})

/** A health response is one word, or a list of failures. */
const mostBody = 4096

const wasNotRecorded = (reading: Reading<unknown>): reading is Unavailable =>
  !isOk(reading) && reading.reason === 'not-recorded'
