import type { LogOptions, Resource } from '../../kube/port.ts'

/** What a file of a foreign dump contains, in terms of the API. */
export type Content =
  /** One object or a list, in one namespace; `namespace` is null for cluster-scoped objects or all namespaces. */
  | { readonly holds: 'objects'; readonly resource: Resource; readonly namespace: string | null }
  | { readonly holds: 'log'; readonly log: Log }
  /** Logs of all containers of a pod, one after the other. */
  | { readonly holds: 'logs'; readonly namespace: string; readonly pod: string }
  | { readonly holds: 'version' }

export type Log = Required<Pick<LogOptions, 'namespace' | 'pod' | 'container' | 'previous'>>

/** A kind of dump written by another tool. A folder is recognised by its contents, not by its name. */
export interface DumpKind {
  /** Such as `kubectl cluster-info dump`. */
  readonly name: string
  /** Whether a folder with these paths is such a dump. */
  readonly isKind: (paths: ReadonlySet<string>) => boolean
  /** What a path below that folder contains; null when netcheck has no use for it. */
  readonly contentOf: (path: string) => Content | null
  /** What such dumps leave out, as a short phrase. */
  readonly lacks: string
}
