import * as z from 'zod/mini'
import { type NetworkConfig, networkConfigSchema, noPlugins, parseNetworkConfig } from '../formats/cni-config.ts'
import type { Host } from '../host.ts'
import { readingOf } from '../part.ts'
import { isOk, mapReading, ok, type Reading } from '../reading.ts'
import { readText } from '../text.ts'
import { followLinks } from './follow-links.ts'
import { mapReads } from './values.ts'

export const configFileSchema = z.object({
  name: z.string(),
  /** In bytes; null when the file could not be examined. */
  size: z.nullable(z.number()),
  mode: z.nullable(z.string()),
  mtime: z.nullable(z.string()),
  /** Parsed content; an invalid configuration is still parsed, see its `problem`. */
  content: readingOf(networkConfigSchema),
})
export type CniConfigFile = z.infer<typeof configFileSchema>

/** The files of a configuration directory. */
export interface ConfigDirectory {
  /** In the runtime's order: by bytes. */
  readonly files: readonly CniConfigFile[]
  /** Names of files that no runtime loads. */
  readonly ignored: readonly string[]
}

/** Maximum number of files to read; a runtime loads one. */
const mostFiles = 256

/** Reads every file of a directory that a runtime would consider; a missing directory is `missing`. */
export async function readConfigDirectory(host: Host, directory: string): Promise<Reading<ConfigDirectory>> {
  const names = await host.list(directory)
  if (!isOk(names)) return names
  const sorted = [...names.value].sort(byBytes)
  const found = await mapReads(sorted.filter(isLoadable).slice(0, mostFiles), name =>
    readFile(host, { directory, name, siblings: sorted }),
  )
  const files = found.filter(file => file !== null)
  const loaded = new Set(files.map(({ name }) => name))
  return ok({ files, ignored: sorted.filter(name => !loaded.has(name)) })
}

/** Whether runtimes load a file with this extension; case-sensitive. */
export const isLoadable = (name: string): boolean => /\.(?:conf|conflist|json)$/.test(name)

const encoder = new TextEncoder()

function byBytes(a: string, b: string): number {
  const [left, right] = [encoder.encode(a), encoder.encode(b)]
  const at = left.findIndex((byte, index) => byte !== right[index])
  return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1)
}

interface Place {
  readonly directory: string
  readonly name: string
  readonly siblings: readonly string[]
}

/** Null for a directory, whatever its name. */
async function readFile(host: Host, place: Place): Promise<CniConfigFile | null> {
  const path = `${place.directory}/${place.name}`
  const destination = await followLinks(host, path)
  const entry = isOk(destination) ? destination.value.entry : null
  if (entry?.type === 'dir') return null
  const text = await readText(host, path)
  const content = mapReading(text, value => parseNetworkConfig(value, place.name))
  return {
    name: place.name,
    size: entry?.size ?? null,
    mode: entry?.mode ?? null,
    mtime: entry?.mtime ?? null,
    content: isOk(content) ? await withFolder(host, place, content.value) : content,
  }
}

/** Since libcni 1.3 a list continues in `<its name>/*.conf` and may have no plugins of its own. */
async function withFolder(
  host: Host,
  { directory, name, siblings }: Place,
  config: NetworkConfig,
): Promise<Reading<NetworkConfig>> {
  if (!name.endsWith('.conflist') || config.onlyInlined) return ok(config)
  if (config.name === null || !siblings.includes(config.name)) return ok(config)
  if (config.problem !== null && config.problem.message !== noPlugins) return ok(config)
  const folder = `${directory}/${config.name}`
  const names = await host.list(folder)
  const paths = isOk(names) ? names.value.filter(each => each.endsWith('.conf')).slice(0, mostFiles) : []
  const texts = await mapReads(paths, file => readText(host, `${folder}/${file}`))
  const unread = texts.find(text => !isOk(text))
  if (unread && !isOk(unread)) return unread
  return ok(
    append(
      config,
      texts.flatMap(text => (isOk(text) ? parseNetworkConfig(text.value, 'plugin.conf') : [])),
    ),
  )
}

/** Files in the folder need no name; one that is not a plugin makes the list invalid. */
function append(config: NetworkConfig, more: readonly NetworkConfig[]): NetworkConfig {
  if (more.length === 0) return config
  const broken = more.find(({ plugins: [plugin] }) => !plugin?.type)
  return {
    ...config,
    plugins: [...config.plugins, ...more.flatMap(({ plugins }) => plugins)],
    problem: broken?.problem ?? null,
  }
}
