import { flagValue } from '../formats/flags.ts'
import {
  type CniPaths,
  type ContainerdConfig,
  parseContainerdConfig,
  parseCrioConfig,
} from '../formats/runtime-toml.ts'
import type { Host } from '../host.ts'
import { isOk, type Reading, valueOr } from '../reading.ts'
import { readText } from '../text.ts'
import { listProcesses } from './processes.ts'
import { mapReads } from './values.ts'

/**
 * CNI paths from the configuration of the running containerd, or from the first of `usual` that exists; null without
 * one.
 */
export async function readContainerdPaths(host: Host, usual: readonly string[]): Promise<CniPaths | null> {
  for (const path of [...(await runningConfigs(host)), ...usual]) {
    const config = await readToml(host, { path, parse: parseContainerdConfig })
    if (config) return mergePaths([config, ...(await readImports(host, { path, config }))])
  }
  return null
}

/** CNI paths from crio.conf and its drop-ins, where later files override single keys; null without any. */
export async function readCrioPaths(host: Host): Promise<CniPaths | null> {
  const names = await host.list('/etc/crio/crio.conf.d')
  const dropIns = isOk(names) ? names.value.map(name => `/etc/crio/crio.conf.d/${name}`) : []
  const configs = await mapReads(['/etc/crio/crio.conf', ...dropIns], path =>
    readToml(host, { path, parse: parseCrioConfig }),
  )
  const found = configs.filter(config => config !== null)
  return found.length > 0 ? mergePaths(found) : null
}

/** Docker's own containerd is not a CRI runtime. */
async function runningConfigs(host: Host): Promise<readonly string[]> {
  const processes = await listProcesses(host)
  if (!isOk(processes)) return []
  return processes.value.processes
    .filter(({ name }) => name === 'containerd')
    .flatMap(({ args }) => flagValue(args, 'config') ?? flagValue(args, 'c') ?? [])
    .filter(path => path.startsWith('/') && !path.includes('/docker/'))
}

/** A missing, unreadable or invalid file yields null: the next source is tried. */
async function readToml<T>(
  host: Host,
  { path, parse }: { path: string; parse: (text: string) => Reading<T> },
): Promise<T | null> {
  const text = await readText(host, path)
  const config = isOk(text) ? parse(text.value) : text
  return valueOr(config, null)
}

async function readImports(
  host: Host,
  { path, config }: { path: string; config: ContainerdConfig },
): Promise<readonly CniPaths[]> {
  const folder = path.slice(0, path.lastIndexOf('/'))
  const patterns = config.imports.map(pattern => (pattern.startsWith('/') ? pattern : `${folder}/${pattern}`))
  const paths = (await mapReads(patterns, pattern => expand(host, pattern))).flat()
  const imported = await mapReads(paths, each => readToml(host, { path: each, parse: parseContainerdConfig }))
  return imported.filter(each => each !== null)
}

/** Expands `*` in the last component; it is not used in folders in practice. */
async function expand(host: Host, pattern: string): Promise<readonly string[]> {
  if (!pattern.includes('*')) return [pattern]
  const slash = pattern.lastIndexOf('/')
  const folder = pattern.slice(0, slash)
  const [head = '', ...tails] = pattern.slice(slash + 1).split('*')
  const names = await host.list(folder)
  return isOk(names) ? names.value.filter(name => matches(name, { head, tails })).map(name => `${folder}/${name}`) : []
}

function matches(name: string, { head, tails }: { head: string; tails: readonly string[] }): boolean {
  if (!name.startsWith(head)) return false
  let at = head.length
  for (const [index, tail] of tails.entries()) {
    const next = index === tails.length - 1 ? name.length - tail.length : name.indexOf(tail, at)
    if (next < at || !name.startsWith(tail, next)) return false
    at = next + tail.length
  }
  return true
}

const mergePaths = (configs: readonly CniPaths[]): CniPaths => ({
  configDirectory: configs.findLast(config => config.configDirectory !== null)?.configDirectory ?? null,
  binaryDirectories: configs.findLast(config => config.binaryDirectories.length > 0)?.binaryDirectories ?? [],
})
