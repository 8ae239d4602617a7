import * as z from 'zod/mini'

const rangeSchema = z.object({
  subnet: z.nullable(z.string()),
  rangeStart: z.nullable(z.string()),
  rangeEnd: z.nullable(z.string()),
  gateway: z.nullable(z.string()),
})

const ipamSchema = z.object({
  type: z.nullable(z.string()),
  /** Range sets of host-local: one address is allocated from each inner array. The old single `subnet` is set 0. */
  ranges: z.array(z.array(rangeSchema)),
  dataDir: z.nullable(z.string()),
})

/** One plugin of a network. Missing settings are taken from its `delegate` object (flannel), if any. */
export const pluginConfigSchema = z.object({
  type: z.nullable(z.string()),
  ipam: z.nullable(ipamSchema),
  bridge: z.nullable(z.string()),
  mtu: z.nullable(z.number()),
  hairpinMode: z.nullable(z.boolean()),
  promiscMode: z.nullable(z.boolean()),
  ipMasq: z.nullable(z.boolean()),
  /** Names of enabled capabilities. */
  capabilities: z.array(z.string()),
  /** Plugins that this one calls itself, if the file names them (`delegate` of flannel, `delegates` of multus). */
  delegates: z.array(z.object({ type: z.nullable(z.string()) })),
})
export type PluginConfig = z.infer<typeof pluginConfigSchema>
export type IpamConfig = z.infer<typeof ipamSchema>
export type IpamRange = z.infer<typeof rangeSchema>

export type JsonObject = Readonly<Record<string, unknown>>

/** Reads one plugin; fields of an unexpected type are null. Source: plugins of containernetworking. */
export function readPlugin(raw: JsonObject): PluginConfig {
  const delegate = objectOf(raw.delegate)
  const setting = (key: string): unknown => raw[key] ?? delegate?.[key]
  return {
    type: textOf(raw.type),
    ipam: readIpam(objectOf(setting('ipam'))),
    bridge: textOf(setting('bridge')),
    mtu: numberOf(setting('mtu')),
    hairpinMode: booleanOf(setting('hairpinMode')),
    promiscMode: booleanOf(setting('promiscMode')),
    ipMasq: booleanOf(setting('ipMasq')),
    capabilities: Object.entries(objectOf(raw.capabilities) ?? {})
      .filter(([, on]) => on === true)
      .map(([name]) => name),
    delegates: [...(delegate ? [delegate] : []), ...objectsOf(raw.delegates).flatMap(pluginsWithin)]
      .slice(0, mostItems)
      .map(({ type }) => ({ type: textOf(type) })),
  }
}

/** The value if it is a JSON object. */
export const objectOf = (value: unknown): JsonObject | null =>
  // An object from JSON.parse has only own keys with unknown values.
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null

/** The value if it is a string. */
export const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Maximum number of plugins, range sets or ranges. */
const mostItems = 256

/** JSON may contain numbers that parse as Infinity, which cannot be written as JSON again. */
const numberOf = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)
const booleanOf = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null)

/** The first items of the value if it is an array; otherwise empty. */
export const arrayOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, mostItems) : [])

const objectsOf = (value: unknown): readonly JsonObject[] =>
  arrayOf(value).flatMap(item => {
    const object = objectOf(item)
    return object ? [object] : []
  })

/** A delegate of multus is a single plugin or a whole list. */
const pluginsWithin = (delegate: JsonObject): readonly JsonObject[] =>
  Array.isArray(delegate.plugins) ? objectsOf(delegate.plugins) : [delegate]

function readIpam(ipam: JsonObject | null): IpamConfig | null {
  if (!ipam) return null
  const sets = arrayOf(ipam.ranges).map(set => objectsOf(set).map(readRange))
  return {
    type: textOf(ipam.type),
    ranges: ipam.subnet === undefined ? sets : [[readRange(ipam)], ...sets],
    dataDir: textOf(ipam.dataDir),
  }
}

const readRange = (range: JsonObject): IpamRange => ({
  subnet: textOf(range.subnet),
  rangeStart: textOf(range.rangeStart),
  rangeEnd: textOf(range.rangeEnd),
  gateway: textOf(range.gateway),
})
