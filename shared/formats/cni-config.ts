import * as z from 'zod/mini'

const rangeSchema = z.object({
  subnet: z.nullable(z.string()),
  rangeStart: z.nullable(z.string()),
  rangeEnd: z.nullable(z.string()),
  gateway: z.nullable(z.string()),
})

const ipamSchema = z.object({
  type: z.nullable(z.string()),
  /** Range sets of host-local: one address is taken from every inner array. The old single `subnet` is set 0. */
  ranges: z.array(z.array(rangeSchema)),
  dataDir: z.nullable(z.string()),
})

const pluginConfigSchema = z.object({
  type: z.nullable(z.string()),
  ipam: z.nullable(ipamSchema),
  bridge: z.nullable(z.string()),
  mtu: z.nullable(z.number()),
  hairpinMode: z.nullable(z.boolean()),
  promiscMode: z.nullable(z.boolean()),
  ipMasq: z.nullable(z.boolean()),
  /** Names of capabilities that are switched on. */
  capabilities: z.array(z.string()),
  /** A plugin that this one calls by itself, where the file says so (`delegate` of flannel, `delegates` of multus). */
  delegates: z.array(z.object({ type: z.nullable(z.string()) })),
})

/**
 * A CNI network configuration as far as its text could be understood. `.conflist` holds a list, `.conf` and `.json` one
 * plugin, which becomes a list of one. Source: CNI SPEC 1.1, libcni/conf.go.
 */
export const networkConfigSchema = z.object({
  name: z.nullable(z.string()),
  cniVersion: z.nullable(z.string()),
  plugins: z.array(pluginConfigSchema),
  /** Why a runtime refuses this file; null for a valid one. Line and column from 1, where a place is known. */
  problem: z.nullable(
    z.object({
      message: z.string(),
      line: z.nullable(z.number()),
      column: z.nullable(z.number()),
    }),
  ),
})
export type NetworkConfig = z.infer<typeof networkConfigSchema>
export type PluginConfig = z.infer<typeof pluginConfigSchema>
export type IpamConfig = z.infer<typeof ipamSchema>
export type IpamRange = z.infer<typeof rangeSchema>
