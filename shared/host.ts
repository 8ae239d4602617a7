import type { CommandName } from './commands.ts'
import type { HttpName } from './http-names.ts'
import type { ProbeResult, ProbeTarget } from './protocol/probes.ts'
import type { Reading } from './reading.ts'

/** Content of a host file. `truncated` names the part that was kept of a file above the limit. */
export interface FileContent {
  readonly bytes: Uint8Array
  readonly truncated: 'head' | 'tail' | null
}

/** How to read a file. */
export interface ReadOptions {
  /** Maximum number of bytes; the default is `limits.fileBytes`. */
  readonly maxBytes?: number
  /** The part to keep of a larger file; without it, such a file is `too-large`. */
  readonly keep?: 'head' | 'tail'
  /** The second sample of a counter, taken later than the first. */
  readonly sample?: 2
}

/** lstat of a path. `mode` is octal ("0644"), `mtime` RFC 3339. */
export interface FileEntry {
  readonly type: 'file' | 'dir' | 'link' | 'socket' | 'other'
  readonly size?: number
  readonly mode?: string
  readonly mtime?: string
  readonly inode?: number
  readonly target?: string
}

/** Files of one folder to read together; names have no slash. */
export interface SmallFiles {
  readonly folder: string
  readonly names: readonly string[]
  readonly maxBytes: number
  /** False when only their identity matters; `text` is then empty. */
  readonly content?: false
}

/** Content of a regular file, and its modification time (RFC 3339) if known. */
export interface SmallFile {
  readonly text: string
  readonly mtime: string | null
  readonly inode: number | null
}

/** Output of a command that was run. */
export interface CommandResult {
  readonly argv: readonly string[]
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly durationMs: number
}

/** The answer to an HTTP request. */
export interface HttpReply {
  readonly url: string
  readonly status: number
  readonly body: string
}

/** CRI calls by the name of their recording; replies are the protobuf JSON of runtime.v1. */
const criCalls = ['version', 'status', 'pod-sandboxes', 'containers'] as const
export type CriCall = (typeof criCalls)[number]

/**
 * The port through which all host state is read. Paths are absolute host paths. No method throws or rejects: a failed
 * read is a value with a reason.
 */
export interface Host {
  read(path: string, options?: ReadOptions): Promise<Reading<FileContent>>
  /** Names in a directory, sorted by bytes. */
  list(path: string): Promise<Reading<readonly string[]>>
  stat(path: string): Promise<Reading<FileEntry>>
  /**
   * Optional fast path for many files at once: one answer per name; null when `stat` and `read` are needed, and for
   * content that is not UTF-8.
   */
  readSmall?(files: SmallFiles): Promise<readonly (SmallFile | null)[]>
  /** Runs a command of the fixed table in `commands.ts`; `missing` when the host lacks the program. */
  run(name: CommandName): Promise<Reading<CommandResult>>
  cri(call: CriCall): Promise<Reading<unknown>>
  http(name: HttpName): Promise<Reading<HttpReply>>
  /** Pods with a running process, each as seen from inside. */
  pods(): Promise<Reading<readonly Pod[]>>
  /** On a live host only: sends probes within `probeLimits`. */
  probe?(targets: readonly ProbeTarget[]): Promise<Reading<readonly ProbeResult[]>>
}

/**
 * A pod from inside: `/proc/net/*` of its network namespace, `/proc/self/cgroup` of one process, and files in that
 * process's root. Everything else is `unsupported` on a live host; a recording may contain commands.
 */
export interface Pod {
  /** The kubelet's uid of the pod: a UUID, or 32 digits for a static pod. */
  readonly uid: string
  readonly host: Host
}
