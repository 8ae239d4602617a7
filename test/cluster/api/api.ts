import { randomBytes } from 'node:crypto'
import { startDaemonSetController } from '../controllers/daemon-set.ts'
import { startGarbageCollector } from '../controllers/garbage.ts'
import { startJobController } from '../controllers/job.ts'
import { namespaceManifest, startNamespaceController } from '../controllers/namespace.ts'
import { startScheduler } from '../controllers/scheduler.ts'
import { makeCertificates } from './certificates.ts'
import type { Clock } from './clock.ts'
import { Faults } from './faults.ts'
import { makeKubeconfig } from './kubeconfig.ts'
import type { KubeletPort } from './kubelet-port.ts'
import { Snapshots } from './list.ts'
import { typeNamed } from './resources.ts'
import { startServer } from './server.ts'
import { Store } from './store.ts'

/** A running API server with its controllers, and the controls that tests have. */
export interface Api {
  readonly url: string
  readonly store: Store
  readonly clock: Clock
  readonly faults: Faults
  /** Kubelets by the name of their node; nodes register themselves. */
  readonly kubelets: Map<string, KubeletPort>
  /** A kubeconfig with a client certificate; with a token instead, valid or not, when one is given. */
  kubeconfig(options?: { readonly token?: string; readonly namespace?: string }): string
  /** The bearer token of the administrator. */
  readonly token: string
  /** Makes continue tokens and old resource versions stale, as a compaction of etcd does. */
  compact(): void
  stop(): Promise<void>
}

const firstNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

/** Starts an API server that knows only its own namespaces. */
export async function startApi(clock: Clock): Promise<Api> {
  const certificates = await makeCertificates()
  const store = new Store(clock)
  const faults = new Faults()
  const snapshots = new Snapshots()
  const kubelets = new Map<string, KubeletPort>()
  const token = randomBytes(24).toString('base64url')
  const world = { store, clock, faults }
  for (const name of firstNamespaces) store.create(typeNamed('namespaces'), namespaceManifest(name, clock.now()))
  const server = await startServer({
    ...world,
    snapshots,
    kubelets,
    certificates,
    tokens: new Map([[token, 'kubernetes-admin']]),
  })
  const stops = [startGarbageCollector, startJobController, startNamespaceController, startScheduler].map(start =>
    start(world),
  )
  stops.push(startDaemonSetController(world))
  return {
    url: server.url,
    store,
    clock,
    faults,
    kubelets,
    token,
    kubeconfig: ({ token: given, namespace } = {}) =>
      makeKubeconfig({
        server: server.url,
        certificates,
        user: given === undefined ? { client: certificates.client } : { token: given },
        ...(namespace === undefined ? {} : { namespace }),
      }),
    compact: () => {
      snapshots.drop()
      store.compact()
    },
    stop: async () => {
      for (const stop of stops) stop()
      clock.stop()
      await server.stop()
    },
  }
}
