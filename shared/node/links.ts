import * as z from 'zod/mini'
import { definePart } from '../part.ts'
import { unavailable } from '../reading.ts'

/** Network devices of the host. */
export const linksSchema = z.object({
  links: z.array(
    z.object({
      name: z.string(),
      index: z.nullable(z.number()),
      mtu: z.nullable(z.number()),
      /** `up`, `down`, `unknown`, … as the kernel writes operstate. */
      state: z.nullable(z.string()),
      mac: z.nullable(z.string()),
      /** `bridge`, `veth`, `vxlan`, …; null for a physical device or when unknown. */
      kind: z.nullable(z.string()),
      /** The bridge or bond this device belongs to. */
      master: z.nullable(z.string()),
      /** Addresses with prefix, as `10.244.1.1/24`. */
      addresses: z.array(z.string()),
    }),
  ),
  /** False when addresses could not be read: then `addresses` is empty and means nothing. */
  hasAddresses: z.boolean(),
})
export type Links = z.infer<typeof linksSchema>
export type Link = Links['links'][number]

export const links = definePart<Links>({
  schema: linksSchema,
  collect: async () => unavailable('unsupported', ''),
})
