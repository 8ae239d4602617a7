import { parseReply, statusReplySchema, versionReplySchema } from '../formats/cri.ts'
import { readRuntimeCni } from '../formats/runtime-status.ts'
import type { CniPaths } from '../formats/runtime-toml.ts'
import type { Host } from '../host.ts'
import { isOk } from '../reading.ts'
import { type Distribution, defaultContainerdConfigs, defaultDirectories, distributions } from './distributions.ts'
import { readDockerPaths } from './docker-flags.ts'
import { readContainerdPaths, readCrioPaths } from './runtime-config.ts'
import { findRuntimeSockets } from './runtime-sockets.ts'
import { mapReads } from './values.ts'

/** Sources of a directory, in order of precedence. */
export const directorySources = [
  'runtime',
  'containerd-config',
  'crio-config',
  'docker-flags',
  'distribution',
  'default',
] as const

/** A directory and who named it. */
export interface CniDirectory {
  readonly path: string
  readonly source: (typeof directorySources)[number]
}

/** The runtime's CNI directories. */
export interface CniDirectories {
  readonly config: CniDirectory
  /** In the runtime's search order. */
  readonly binaries: readonly CniDirectory[]
}

/** Finds the runtime's directory of network configurations and its plugin directories, independently of each other. */
export async function findCniDirectories(host: Host): Promise<CniDirectories> {
  const answers = await askSources(host)
  const config = answers.find(({ paths }) => paths.configDirectory !== null)
  const binaries = answers.find(({ paths }) => paths.binaryDirectories.length > 0)
  return {
    config: {
      path: withoutSlash(config?.paths.configDirectory ?? defaultDirectories.config),
      source: config?.source ?? 'default',
    },
    binaries: (binaries?.paths.binaryDirectories ?? defaultDirectories.binaries).map(path => ({
      path: withoutSlash(path),
      source: binaries?.source ?? 'default',
    })),
  }
}

interface Answer {
  readonly source: CniDirectory['source']
  readonly paths: CniPaths
}

async function askSources(host: Host): Promise<readonly Answer[]> {
  // Concurrently, because a hanging runtime hangs in every call.
  const [runtime, kind, present] = await Promise.all([askRuntime(host), findRuntimeKind(host), findDistributions(host)])
  const usual = [...present.flatMap(({ containerdConfig }) => containerdConfig ?? []), ...defaultContainerdConfigs]
  const asked: readonly (readonly [Answer['source'], CniPaths | null])[] = [
    ['runtime', runtime],
    ['containerd-config', kind === 'crio' || kind === 'docker' ? null : await readContainerdPaths(host, usual)],
    ['crio-config', kind === 'containerd' || kind === 'docker' ? null : await readCrioPaths(host)],
    ['docker-flags', kind === 'containerd' || kind === 'crio' ? null : await readDockerPaths(host)],
    ['distribution', pathsOf(present)],
  ]
  return asked.flatMap(([source, paths]) => (paths ? [{ source, paths }] : []))
}

async function askRuntime(host: Host): Promise<CniPaths | null> {
  const reply = await host.cri('status')
  const status = isOk(reply) ? parseReply(statusReplySchema, reply.value) : reply
  return isOk(status) ? readRuntimeCni(status.value) : null
}

/** The kind of runtime as it reports itself, otherwise judged by its socket. */
async function findRuntimeKind(host: Host): Promise<'containerd' | 'crio' | 'docker' | 'unknown'> {
  const reply = await host.cri('version')
  const version = isOk(reply) ? parseReply(versionReplySchema, reply.value) : reply
  const [socket = ''] = await findRuntimeSockets(host)
  const name = isOk(version) ? version.value.runtimeName : socket
  if (/cri-?o\b/i.test(name)) return 'crio'
  if (/docker/i.test(name)) return 'docker'
  return /containerd/i.test(name) ? 'containerd' : 'unknown'
}

/** Distributions whose marker exists, and whose socket is the runtime's when that is known. */
async function findDistributions(host: Host): Promise<readonly Distribution[]> {
  const sockets = await findRuntimeSockets(host)
  const fitting = distributions.filter(({ socket }) => sockets.length === 0 || sockets.includes(socket))
  const found = await mapReads(fitting, async each => (isOk(await host.stat(each.marker)) ? [each] : []))
  return found.flat()
}

const pathsOf = (present: readonly Distribution[]): CniPaths => ({
  configDirectory: present.find(each => each.configDirectory !== undefined)?.configDirectory ?? null,
  binaryDirectories: present.find(each => each.binaryDirectories !== undefined)?.binaryDirectories ?? [],
})

const withoutSlash = (path: string): string => path.replace(/(?<=.)\/+$/, '')
