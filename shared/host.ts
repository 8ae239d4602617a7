import type { CommandName } from './commands.ts'
import type { HttpName } from './http-names.ts'
import type { ProbeResult, ProbeTarget } from './protocol/probes.ts'
import type { Reading } from './reading.ts'

/** Bytes of a host file. `truncated` names the side that was kept when the file was larger than the limit. */
export interface FileContent {
  readonly bytes: Uint8Array
  readonly truncated: 'head' | 'tail' | null
}

export interface ReadOptions {
  /** Most bytes to return; the default is `limits.fileBytes`. */
  readonly maxBytes?: number
  /** What to keep of a larger file; without it a larger file is `too-large`. */
  readonly keep?: 'head' | 'tail'
  /** The second sample of a counter, taken later than the first. */
  readonly sample?: 2
}

/** What stands under a path, without following a link. `mode` is octal ("0644"), `mtime` RFC 3339. */
export interface FileEntry {
  readonly type: 'file' | 'dir' | 'link' | 'socket' | 'other'
  readonly size?: number
  readonly mode?: string
  readonly mtime?: string
  readonly inode?: number
  readonly target?: string
}

/** Files of one folder that are read together; names without a slash. */
export interface SmallFiles {
  readonly folder: string
  readonly names: readonly string[]
  readonly maxBytes: number
  /** False where it matters only whether they are still the same files: then `text` is empty. */
  readonly content?: false
}

/** What a regular file holds, and when it was written (RFC 3339), where the host tells. */
export interface SmallFile {
  readonly text: string
  readonly mtime: string | null
  readonly inode: number | null
}

export interface CommandResult {
  readonly argv: readonly string[]
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly durationMs: number
}

export interface HttpReply {
  readonly url: string
  readonly status: number
  readonly body: string
}

/** CRI calls by the name of their recording; replies are the protobuf JSON of runtime.v1. */
const criCalls = ['version', 'status', 'pod-sandboxes', 'containers'] as const
export type CriCall = (typeof criCalls)[number]

/**
 * The port through which all host state is read. Paths are absolute paths of the host.
 * No method throws or rejects: what could not be read is a value with a reason.
 */
export interface Host {
  read(path: string, options?: ReadOptions): Promise<Reading<FileContent>>
  /** Names in a directory, sorted by bytes. */
  list(path: string): Promise<Reading<readonly string[]>>
  stat(path: string): Promise<Reading<FileEntry>>
  /**
   * For a host that is much faster with many files at once, a few hundred: one answer per name. Null where it takes
   * `stat` and `read` to know, and for what is no UTF-8.
   */
  readSmall?(files: SmallFiles): Promise<readonly (SmallFile | null)[]>
  /** Runs a command of the fixed table in `commands.ts`; a host without that program answers `missing`. */
  run(name: CommandName): Promise<Reading<CommandResult>>
  cri(call: CriCall): Promise<Reading<unknown>>
  http(name: HttpName): Promise<Reading<HttpReply>>
  /** Pods of which a process runs, each as its processes see it. */
  pods(): Promise<Reading<readonly Pod[]>>
  /** Only on a live host: asks the network each question, within `probeLimits`. */
  probe?(targets: readonly ProbeTarget[]): Promise<Reading<readonly ProbeResult[]>>
}

/**
 * A pod from inside: `/proc/net/*` of its network namespace, `/proc/self/cgroup` of one process, other files of that
 * process's root. What else the port can do is `unsupported` on a live host; a recording may hold commands.
 */
export interface Pod {
  /** As the kubelet knows it: a UUID, or 32 digits for a static pod. */
  readonly uid: string
  readonly host: Host
}
