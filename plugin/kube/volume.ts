import * as z from 'zod/mini'
import { flag, listOf, maybe, text } from './fields.ts'

/** A volume of a pod whose content can matter to the network. */
export interface Volume {
  readonly name: string
  readonly configMap: {
    readonly name: string
    readonly optional: boolean
    /** Files by key where only some keys are mounted; null mounts every key under its own name. */
    readonly items: readonly { readonly key: string; readonly path: string }[] | null
  } | null
  readonly hostPath: string | null
}

export const volumeSchema = z.object({
  name: z.string(),
  configMap: maybe(
    z.object({ name: text, optional: flag, items: listOf(z.object({ key: z.string(), path: z.string() })) }),
  ),
  hostPath: maybe(z.object({ path: text })),
})

/** Converts a volume. */
export const toVolume = ({ name, configMap, hostPath }: z.infer<typeof volumeSchema>): Volume => ({
  name,
  configMap: configMap
    ? { name: configMap.name ?? '', optional: configMap.optional ?? false, items: configMap.items ?? null }
    : null,
  hostPath: hostPath?.path ?? null,
})
