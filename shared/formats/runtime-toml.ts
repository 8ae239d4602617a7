import { parse } from 'smol-toml'
import { ok, type Reading, unavailable } from '../reading.ts'

/** CNI paths of a runtime's configuration; null and empty when it uses the defaults. */
export interface CniPaths {
  readonly configDirectory: string | null
  readonly binaryDirectories: readonly string[]
}

/** A containerd configuration: its CNI paths, and the files that it imports, as written. */
export interface ContainerdConfig extends CniPaths {
  readonly imports: readonly string[]
}

/** Reads config.toml of containerd, versions 1 to 4. Source: containerd/internal/cri/config, docs/cri/config.md. */
export function parseContainerdConfig(text: string): Reading<ContainerdConfig> {
  const root = parseToml(text)
  if (root.status !== 'ok') return root
  const plugins = tableAt(root.value, ['plugins'])
  const cni = criPlugins.map(name => tableAt(plugins, [name, 'cni']))
  const first = (key: string) => cni.map(table => table[key])
  const many = first('bin_dirs')
    .map(textsOf)
    .find(list => list.length > 0)
  return ok({
    configDirectory: first('conf_dir').map(textOf).find(Boolean) ?? null,
    binaryDirectories: many ?? textsOf(first('bin_dir').map(textOf).find(Boolean)),
    imports: textsOf(root.value.imports),
  })
}

/** Reads crio.conf or one of its drop-ins. Source: cri-o/pkg/config. */
export function parseCrioConfig(text: string): Reading<CniPaths> {
  const root = parseToml(text)
  if (root.status !== 'ok') return root
  const network = tableAt(root.value, ['crio', 'network'])
  const many = textsOf(network.plugin_dirs)
  return ok({
    configDirectory: textOf(network.network_dir) || null,
    binaryDirectories: many.length > 0 ? many : textsOf(textOf(network.plugin_dir)),
  })
}

/** Name of the CRI plugin: versions 3 and 4, 2, 1. */
const criPlugins = ['io.containerd.cri.v1.runtime', 'io.containerd.grpc.v1.cri', 'cri']

type Table = Readonly<Record<string, unknown>>

function parseToml(text: string): Reading<Table> {
  try {
    return ok(parse(text))
  } catch (error) {
    const [message = 'unknown error'] = error instanceof Error ? error.message.split('\n', 1) : []
    return unavailable('malformed', `the file is no TOML: ${message}`)
  }
}

function tableAt(root: Table, path: readonly string[]): Table {
  let table: unknown = root
  for (const key of path) table = isTable(table) && Object.hasOwn(table, key) ? table[key] : undefined
  return isTable(table) ? table : {}
}

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The strings of a list, or a single string as a list. */
const textsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value])
    .flatMap(item => (typeof item === 'string' && item !== '' ? [item] : []))
    .slice(0, 64)
