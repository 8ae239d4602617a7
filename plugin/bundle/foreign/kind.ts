import type { LogOptions, Resource } from '../../kube/port.ts'

/** What a file of a foreign dump holds, in terms of the API. */
export type Content =
  /** A list of objects, or one of them; of one namespace, or of the whole cluster when `namespace` is null. */
  | { readonly holds: 'objects'; readonly resource: Resource; readonly namespace: string | null }
  | { readonly holds: 'log'; readonly log: Log }
  /** Logs of all containers of a pod, one after the other. */
  | { readonly holds: 'logs'; readonly namespace: string; readonly pod: string }
  | { readonly holds: 'version' }

export type Log = Required<Pick<LogOptions, 'namespace' | 'pod' | 'container' | 'previous'>>

/** A kind of dump that another tool writes. Whether a folder is one is told by what it holds, not by its name. */
export interface DumpKind {
  /** Such as `kubectl cluster-info dump`. */
  readonly name: string
  /** Which of a folder's paths show that it is one. */
  readonly isKind: (paths: ReadonlySet<string>) => boolean
  /** What a path below that folder holds; null for what netcheck has no use for. */
  readonly contentOf: (path: string) => Content | null
  /** What it leaves out, in a few words. */
  readonly lacks: string
}
