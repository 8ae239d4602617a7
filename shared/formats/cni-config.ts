import * as z from 'zod/mini'
import {
  arrayOf,
  type JsonObject,
  objectOf,
  type PluginConfig,
  pluginConfigSchema,
  readPlugin,
  textOf,
} from './cni-plugin.ts'
import { findJsonError } from './json-error.ts'

export type { IpamConfig, IpamRange, PluginConfig } from './cni-plugin.ts'

/**
 * A CNI network configuration, as far as it could be parsed. `.conflist` contains a list; `.conf` and `.json` contain
 * one plugin, which becomes a list of one. Source: CNI SPEC 1.1, libcni/conf.go.
 */
export const networkConfigSchema = z.object({
  name: z.nullable(z.string()),
  cniVersion: z.nullable(z.string()),
  plugins: z.array(pluginConfigSchema),
  /** Set for a list that does not continue in a folder of its name. */
  onlyInlined: z.optional(z.literal(true)),
  /** Why a runtime rejects this file; null when it is valid. Line and column from 1, when known. */
  problem: z.nullable(
    z.object({
      message: z.string(),
      line: z.nullable(z.number()),
      column: z.nullable(z.number()),
    }),
  ),
})
export type NetworkConfig = z.infer<typeof networkConfigSchema>

/** Problem of a list without plugins of its own; since libcni 1.3 they may be in a folder of its name. */
export const noPlugins = "error parsing configuration list: no 'plugins' key"

/** Parses a configuration file; its extension decides whether runtimes treat it as a list. Never throws. */
export function parseNetworkConfig(text: string, fileName: string): NetworkConfig {
  if (text.trim() === '') return refused({ message: 'the file is empty' })
  if (text.startsWith('\u{FEFF}')) {
    return refused({ message: 'the file begins with a byte order mark, which is no JSON', line: 1, column: 1 })
  }
  const error = findJsonError(text)
  if (error) return refused(error)
  const root = objectOf(JSON.parse(text))
  if (!root) return refused({ message: 'the file holds no JSON object' })
  const isList = fileName.endsWith('.conflist')
  const message = isList ? problemOfList(root) : problemOfPlugin(root)
  return {
    name: textOf(root.name),
    cniVersion: textOf(root.cniVersion),
    plugins: isList ? pluginsOf(root) : [readPlugin(root)],
    ...(isList && isTrue(root.loadOnlyInlinedPlugins) ? { onlyInlined: true } : {}),
    problem: message === null ? null : { message, line: null, column: null },
  }
}

const refused = (problem: { message: string; line?: number; column?: number }): NetworkConfig => ({
  name: null,
  cniVersion: null,
  plugins: [],
  problem: { line: null, column: null, ...problem },
})

const pluginsOf = (root: JsonObject): PluginConfig[] =>
  arrayOf(root.plugins).map(plugin => readPlugin(objectOf(plugin) ?? {}))

const listError = 'error parsing configuration list:'
const pluginError = 'error parsing configuration:'

function problemOfList(root: JsonObject): string | null {
  if (!('name' in root)) return `${listError} no name`
  if (typeof root.name !== 'string') return `${listError} invalid name type`
  if ('cniVersion' in root && typeof root.cniVersion !== 'string') return `${listError} invalid cniVersion type`
  return problemOfPlugins(root) ?? problemOfName(root.name)
}

function problemOfPlugins(root: JsonObject): string | null {
  if (!('plugins' in root)) {
    return isTrue(root.loadOnlyInlinedPlugins)
      ? `${listError} \`loadOnlyInlinedPlugins\` is true, and no 'plugins' key`
      : noPlugins
  }
  if (!Array.isArray(root.plugins)) return `${listError} invalid 'plugins' type`
  if (root.plugins.length === 0) return `${listError} no plugins in list`
  const broken = root.plugins.findIndex(plugin => problemOfType(plugin) !== null)
  return broken < 0 ? null : `failed to parse plugin config ${broken}: ${problemOfType(root.plugins[broken])}`
}

/** A list in a file for single plugins fails here, because it has no type. */
const problemOfPlugin = (root: JsonObject): string | null =>
  problemOfType(root) ??
  (root.name !== undefined && typeof root.name !== 'string'
    ? `${pluginError} invalid name type`
    : problemOfName(root.name ?? ''))

function problemOfType(plugin: unknown): string | null {
  const object = objectOf(plugin)
  if (!object) return `${pluginError} no object`
  if (object.type !== undefined && typeof object.type !== 'string') return `${pluginError} invalid type of 'type'`
  return object.type ? null : `${pluginError} missing 'type'`
}

/** Loading does not validate the characters of the name, but adding a pod does. */
function problemOfName(name: string): string | null {
  if (name === '') return 'missing network name'
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name) ? null : 'invalid characters found in network name'
}

const isTrue = (value: unknown): boolean =>
  value === true || (typeof value === 'string' && value.toLowerCase() === 'true')
