import * as z from 'zod/mini'

/** One device of `ip -j addr` or `ip -d -j link`; each prints only some of these fields. Source: iproute2 6.1. */
const deviceSchema = z.object({
  ifname: z.string(),
  ifindex: z.optional(z.number()),
  flags: z.optional(z.array(z.string())),
  mtu: z.optional(z.number()),
  operstate: z.optional(z.string()),
  address: z.optional(z.string()),
  master: z.optional(z.string()),
  linkinfo: z.optional(
    z.object({
      info_kind: z.optional(z.string()),
      /** Only bridge ports have `hairpin`. */
      info_slave_data: z.optional(z.object({ hairpin: z.optional(z.boolean()) })),
    }),
  ),
  addr_info: z.optional(z.array(z.object({ local: z.optional(z.string()), prefixlen: z.optional(z.number()) }))),
})
export type IpDevice = z.infer<typeof deviceSchema>

/** The output of `ip -j`. A device that disappeared meanwhile is an empty object. */
export const ipDevicesSchema = z.pipe(
  z.array(z.union([deviceSchema, z.strictObject({})])).check(z.maxLength(65_536)),
  z.transform(devices => devices.filter((device): device is IpDevice => 'ifname' in device)),
)
