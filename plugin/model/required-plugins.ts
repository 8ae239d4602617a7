import type { NetworkConfig, PluginConfig } from '../../shared/formats/cni-config.ts'
import type { CniBinaries, CniBinary } from '../../shared/node/cni-binaries.ts'
import type { CniConfigFile } from '../../shared/node/cni-config.ts'
import { isMissing, isOk, type Reading } from '../../shared/reading.ts'

/** Names of all programs that a configuration needs: types, IPAM types, and what those call by themselves. */
export function requiredPlugins({ plugins }: NetworkConfig): readonly string[] {
  return [...new Set(plugins.flatMap(plugin => [...named(plugin), ...implied(plugin)]))]
}

/** What executing a plugin of that name would meet. */
export type PluginFile =
  | { readonly state: 'ok' }
  | { readonly state: 'missing' }
  | { readonly state: 'broken'; readonly path: string; readonly problem: string }
  | { readonly state: 'unread'; readonly why: string }

/**
 * Looks a plugin up as libcni does: the first directory that holds a regular file of that name, links followed.
 * `architecture` is the node's, by Go's name; empty when unknown.
 */
export function findPlugin(name: string, binaries: CniBinaries, architecture: string): PluginFile {
  let unread: PluginFile | null = null
  let dangling: PluginFile | null = null
  for (const { path, entries } of binaries.directories) {
    if (!isOk(entries)) {
      if (!isMissing(entries)) unread ??= { state: 'unread', why: `${path} not read: ${entries.detail}` }
      continue
    }
    const entry = entries.value.find(entry => entry.name === name)
    if (!entry || entry.type === 'dir') continue
    const file = examine(entry, `${path}/${name}`, architecture)
    if (file.state !== 'broken' || !isMissing(entry.file)) return file
    dangling ??= file
  }
  return unread ?? dangling ?? { state: 'missing' }
}

/** Tells of a configuration whether all its programs can be executed; where the programs are unread, it says yes. */
export function runnableBy(binaries: Reading<CniBinaries>, architecture: string): (file: CniConfigFile) => boolean {
  if (!isOk(binaries)) return () => true
  const canRun = (name: string) => ['ok', 'unread'].includes(findPlugin(name, binaries.value, architecture).state)
  return ({ content }) => !isOk(content) || requiredPlugins(content.value).every(canRun)
}

const named = ({ type, ipam, delegates }: PluginConfig): readonly string[] =>
  [type, ipam?.type, ...delegates.map(delegate => delegate.type)].flatMap(name =>
    name && !asksService.has(name) ? [name] : [],
  )

/** Kinds of address management for which the main plugin asks a service itself; there is no program of that name. */
const asksService = new Set(['azure-cns'])

/** flannel writes a configuration for `bridge` (unless told otherwise) with `host-local` and runs that. */
function implied({ type, delegates }: PluginConfig): readonly string[] {
  if (type !== 'flannel') return []
  return delegates.some(delegate => delegate.type) ? ['host-local'] : ['bridge', 'host-local']
}

function examine(entry: CniBinary, path: string, architecture: string): PluginFile {
  const broken = (problem: string): PluginFile => ({ state: 'broken', path, problem })
  if (isMissing(entry.file)) return broken(`is a link to ${entry.target ?? 'a place'} that does not exist`)
  if (!isOk(entry.file)) return { state: 'unread', why: `${path} not read: ${entry.file.detail}` }
  if (entry.file.value.size === 0 || entry.kind === 'empty') return broken('is an empty file')
  if ((Number.parseInt(entry.file.value.mode, 8) & 0o111) === 0)
    return broken(`is not executable (mode ${entry.file.value.mode})`)
  if (entry.cut) return broken('is cut off before its end')
  if (entry.architecture !== null && architecture !== '' && entry.architecture !== architecture)
    return broken(`is made for ${entry.architecture}, the node is ${architecture}`)
  return entry.kind === 'other' ? broken('is neither a program nor a script') : { state: 'ok' }
}
