import type { Reading } from '../../shared/reading.ts'

/** Resources by group, version and plural; group `''` is the legacy one. */
export interface Resource {
  readonly group: string
  readonly version: string
  readonly plural: string
}

/** Every resource that netcheck reads or creates. */
export const resources = {
  nodes: { group: '', version: 'v1', plural: 'nodes' },
  pods: { group: '', version: 'v1', plural: 'pods' },
  events: { group: '', version: 'v1', plural: 'events' },
  services: { group: '', version: 'v1', plural: 'services' },
  secrets: { group: '', version: 'v1', plural: 'secrets' },
  configmaps: { group: '', version: 'v1', plural: 'configmaps' },
  daemonsets: { group: 'apps', version: 'v1', plural: 'daemonsets' },
  endpointslices: {
    group: 'discovery.k8s.io',
    version: 'v1',
    plural: 'endpointslices',
  },
  endpoints: { group: '', version: 'v1', plural: 'endpoints' },
  namespaces: { group: '', version: 'v1', plural: 'namespaces' },
  serviceaccounts: { group: '', version: 'v1', plural: 'serviceaccounts' },
  deployments: { group: 'apps', version: 'v1', plural: 'deployments' },
  statefulsets: { group: 'apps', version: 'v1', plural: 'statefulsets' },
  networkpolicies: { group: 'networking.k8s.io', version: 'v1', plural: 'networkpolicies' },
  clusterroles: { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'clusterroles' },
  clusterrolebindings: { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'clusterrolebindings' },
  roles: { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'roles' },
  rolebindings: { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'rolebindings' },
  jobs: { group: 'batch', version: 'v1', plural: 'jobs' },
} as const satisfies Record<string, Resource>

/** Which log to read, and how much of it. */
export interface LogOptions {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly previous?: boolean
  /** Number of last lines to return. */
  readonly tailLines?: number
  /** Age of the oldest line to return. */
  readonly sinceSeconds?: number
  /** Size limit; a longer log loses its end, which is the newest part. The default is the port's own limit. */
  readonly limitBytes?: number
}

/** An object's name; cluster-scoped objects have no namespace. */
export interface ObjectName {
  readonly namespace?: string
  readonly name: string
}

/** Reading half of the API port: live, or replayed from a bundle. Nothing here throws or changes the cluster. */
export interface Kube {
  version(): Promise<Reading<string>>
  /** All items of all pages, in all namespaces, as the API server wrote them. */
  list(resource: Resource): Promise<Reading<readonly unknown[]>>
  /** One object by its name; `missing` when there is none. */
  get(resource: Resource, target: ObjectName): Promise<Reading<unknown>>
  /** A kubelet's running configuration, from `GET /api/v1/nodes/<node>/proxy/configz`. */
  configz(node: string): Promise<Reading<unknown>>
  /** Body of `GET /readyz?verbose`, even when the server is not ready. */
  readyz(): Promise<Reading<string>>
  logs(options: LogOptions): Promise<Reading<string>>
}

/** An object as it is sent: `apiVersion`, `kind`, `metadata` and the rest. */
export type Manifest = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Record<string, unknown>
} & Record<string, unknown>

interface CreateOptions {
  readonly namespace: string
  /** Server-side dry run. */
  readonly dryRun?: boolean
}

/** An access to ask about in an access review. */
export interface Access {
  readonly verb: string
  readonly resource: Resource
  readonly subresource?: string
  readonly namespace?: string
}

/** A change of an object. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: unknown
}

/** A byte stream to a port of a pod; the ws client speaks over it. */
type PodStream = import('node:stream').Duplex

/** Objects by label or field; without a namespace, of the whole cluster. */
export interface Selection {
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

/** Writing half: what the deployment of the agent needs. Live only. Failures are thrown as NetcheckError. */
export interface KubeWriter {
  /** Whether the access is allowed, and why not. */
  can(access: Access): Promise<{ readonly allowed: boolean; readonly reason: string }>
  create(resource: Resource, manifest: Manifest, options: CreateOptions): Promise<unknown>
  /** Merge patch. */
  patch(resource: Resource, target: { namespace: string; name: string }, patch: unknown): Promise<void>
  /** Deletes one object in the background; an absent one is fine. */
  remove(resource: Resource, target: { namespace: string; name: string }): Promise<void>
  /** Lists by label or field. */
  select(resource: Resource, selection: Selection): Promise<readonly unknown[]>
  /** List, then watch, reconnecting, until `signal` aborts. */
  watch(
    resource: Resource,
    target: { namespace: string; labelSelector: string; signal: AbortSignal },
  ): AsyncIterable<WatchEvent>
  /** Follows a container's log line by line. */
  follow(target: { namespace: string; pod: string; container: string; signal: AbortSignal }): AsyncIterable<string>
  forward(target: { namespace: string; pod: string; port: number; signal: AbortSignal }): Promise<PodStream>
}

/** A connection to the cluster of a kubeconfig, for reading and writing. */
export interface Connection {
  readonly kube: Kube
  readonly writer: KubeWriter
  describe(): { readonly context: string; readonly server: string; readonly namespace: string }
  /** Closes the connections; the ports must not be used afterwards. */
  close(): void
}
