import { posix } from 'node:path'
import { type CommandName, commandLine } from '../../shared/commands.ts'
import type { CriCall, FileContent, FileEntry, Host, ReadOptions } from '../../shared/host.ts'
import { type HttpName, httpEndpoints } from '../../shared/http-names.ts'
import { limits } from '../../shared/limits.ts'
import { isOk, ok, type Reading, type Unavailable, unavailable } from '../../shared/reading.ts'

/** A file by its content alone, a link, an empty folder, a socket, a file with more to it, or the reason why it cannot be read. */
export type MemoryFile =
  | string
  | Uint8Array
  | { readonly link: string }
  | { readonly dir: true }
  | { readonly socket: true }
  | { readonly content: string | Uint8Array; readonly size?: number; readonly mode?: string; readonly mtime?: string }
  | Unavailable

export interface MemoryHostFiles {
  /** By absolute path; folders above a file are implied. `<path>#2` is a second sample. */
  readonly files?: Readonly<Record<string, MemoryFile>>
  /** What a command prints, or how it fails. */
  readonly commands?: Partial<
    Record<CommandName, string | { readonly exitCode: number; readonly stderr: string } | Unavailable>
  >
  readonly cri?: Partial<Record<CriCall, unknown>>
  /** A body with status 200, or another reply. */
  readonly http?: Partial<Record<HttpName, string | { readonly status: number; readonly body: string } | Unavailable>>
  /** What is inside of pods, by uid. */
  readonly pods?: Readonly<Record<string, MemoryHostFiles>>
}

/** A host from plain records; anything not in them does not exist. */
export function memoryHost({ files = {}, commands = {}, cri = {}, http = {}, pods = {} }: MemoryHostFiles): Host {
  return {
    read: async (path, options = {}) => read(files, path, options),
    list: async path => list(files, path),
    stat: async path => examine(files, path),
    run: async name => {
      const result = commands[name]
      if (result === undefined) return unavailable('missing', `the host has no program ${commandLine(name)[0]}`)
      if (isReason(result)) return result
      const printed =
        typeof result === 'string' ? { exitCode: 0, stdout: result, stderr: '' } : { stdout: '', ...result }
      return ok({ argv: commandLine(name), durationMs: 1, ...printed })
    },
    cri: async call => {
      const reply = cri[call]
      if (reply === undefined) return unavailable('missing', 'no runtime listens')
      return isReason(reply) ? reply : ok(reply)
    },
    http: async name => {
      const reply = http[name]
      if (reply === undefined) return unavailable('missing', `nothing listens on ${urlOf(name)}`)
      if (isReason(reply)) return reply
      return ok({ url: urlOf(name), ...(typeof reply === 'string' ? { status: 200, body: reply } : reply) })
    },
    pods: async () => ok(Object.entries(pods).map(([uid, inside]) => ({ uid, host: memoryHost(inside) }))),
  }
}

const apiServers = {
  'apiserver-service': 'https://10.96.0.1:443/livez',
  'apiserver-endpoint': 'https://10.0.0.1:6443/livez',
}
const urlOf = (name: HttpName): string => ({ ...httpEndpoints, ...apiServers })[name]

type Files = Readonly<Record<string, MemoryFile>>

const isReason = (value: unknown): value is Unavailable =>
  typeof value === 'object' && value !== null && 'status' in value && value.status === 'unavailable'

const missing = (path: string) => unavailable('missing', `${path} does not exist`)

/** Follows links of every step, and of the last one too if it is asked for. Null beyond 40 links. */
function resolve(files: Files, path: string, followLast: boolean): string | null {
  let done = '/'
  let rest = path.split('/').filter(Boolean)
  for (let links = 0; rest.length > 0; ) {
    const [step = '', ...others] = rest
    const here = posix.join(done, step)
    const file = files[here]
    const target = typeof file === 'object' && 'link' in file && (followLast || others.length > 0) ? file.link : null
    if (target !== null && ++links > 40) return null
    rest = target === null ? others : [...target.split('/').filter(Boolean), ...others]
    done = target === null ? here : target.startsWith('/') ? '/' : done
  }
  return done
}

function read(files: Files, path: string, options: ReadOptions): Reading<FileContent> {
  const real = resolve(files, path, true)
  if (real === null) return unavailable('failed', `${path} goes in a circle`)
  const file = (options.sample === 2 ? files[`${real}#2`] : undefined) ?? files[real]
  if (isReason(file)) return file
  const content = file === undefined || typeof file === 'string' || file instanceof Uint8Array ? file : contentOf(file)
  if (content === undefined)
    return childrenOf(files, real).length > 0 ? unavailable('failed', `${path} is no file`) : missing(path)
  return cut(bytesOf(content), { path, options })
}

const contentOf = (file: object): string | Uint8Array | undefined =>
  'content' in file && (typeof file.content === 'string' || file.content instanceof Uint8Array)
    ? file.content
    : undefined

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content

function cut(bytes: Uint8Array, { path, options }: { path: string; options: ReadOptions }): Reading<FileContent> {
  const { maxBytes = limits.fileBytes, keep } = options
  if (bytes.length <= maxBytes) return ok({ bytes, truncated: null })
  if (keep === undefined) return unavailable('too-large', `${path} has more than ${maxBytes} bytes`)
  return ok({ bytes: keep === 'head' ? bytes.subarray(0, maxBytes) : bytes.subarray(-maxBytes), truncated: keep })
}

const childrenOf = (files: Files, folder: string): string[] => {
  const prefix = folder === '/' ? '/' : `${folder}/`
  const below = Object.keys(files).filter(path => path.startsWith(prefix) && !path.endsWith('#2'))
  return [...new Set(below.map(path => path.slice(prefix.length).split('/')[0] ?? ''))].sort()
}

function list(files: Files, path: string): Reading<readonly string[]> {
  const real = resolve(files, path, true)
  const file = real === null ? undefined : files[real]
  if (isReason(file)) return file
  const names = real === null ? [] : childrenOf(files, real)
  if (names.length > 0 || (typeof file === 'object' && 'dir' in file)) return ok(names)
  return file === undefined ? missing(path) : unavailable('failed', `${path} is no directory`)
}

function examine(files: Files, path: string): Reading<FileEntry> {
  const real = resolve(files, path, false)
  const file = real === null ? undefined : files[real]
  if (isReason(file)) return file
  if (typeof file === 'object' && 'link' in file) return ok({ type: 'link', target: file.link })
  if (typeof file === 'object' && 'socket' in file) return ok({ type: 'socket', mode: '0660' })
  const names = list(files, path)
  if (isOk(names)) return ok({ type: 'dir', mode: '0755' })
  if (file === undefined) return missing(path)
  const content = typeof file === 'string' || file instanceof Uint8Array ? file : contentOf(file)
  const known = typeof file === 'object' && 'content' in file ? file : {}
  const { size, mode = '0644', mtime } = { size: undefined, mtime: undefined, ...known }
  return ok({
    type: 'file',
    size: size ?? bytesOf(content ?? '').length,
    mode,
    ...(mtime === undefined ? {} : { mtime }),
  })
}
