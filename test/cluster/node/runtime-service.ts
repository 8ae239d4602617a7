import { rm } from 'node:fs/promises'
import { createServer } from 'node:http2'
import { join } from 'node:path'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import { PodSandboxState, RuntimeService } from '../../support/cri/gen/runtime_pb.js'
import { network, type PlannedPod, versions } from '../plan/plan.ts'

/** What the runtime of a node says of itself; breakers change it. */
export interface RuntimeState {
  sandboxes: readonly { readonly pod: SandboxPod; readonly isReady: boolean; readonly createdAt: number }[]
  /** The network configuration that it has loaded; null when there is none. */
  loaded: string | null
  /** `OK`, or the error of the last attempt to load. */
  loadStatus: string
}

type SandboxPod = Pick<PlannedPod, 'namespace' | 'name' | 'uid' | 'sandboxId'>

/** Answers CRI calls on the node's socket, in real gRPC. Returns how to stop. */
export async function serveRuntime(root: string, state: RuntimeState): Promise<() => Promise<void>> {
  const server = createServer(
    connectNodeAdapter({
      routes: router =>
        router.service(RuntimeService, {
          version: () => ({
            version: '0.1.0',
            runtimeName: 'containerd',
            runtimeVersion: versions.runtime,
            runtimeApiVersion: 'v1',
          }),
          status: ({ verbose }) => ({
            status: { conditions: conditionsOf(state) },
            info: verbose ? infoOf(state) : {},
          }),
          listPodSandbox: () => ({ items: state.sandboxes.map(sandboxOf) }),
          listContainers: () => ({ containers: [] }),
        }),
    }),
  )
  const path = join(root, 'run/containerd/containerd.sock')
  await rm(path, { force: true })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  return () => new Promise(resolve => server.close(() => resolve()))
}

function sandboxOf({ pod, isReady, createdAt }: RuntimeState['sandboxes'][number]) {
  const { namespace, name, uid, sandboxId } = pod
  return {
    id: sandboxId,
    metadata: { name, uid, namespace, attempt: 0 },
    state: isReady ? PodSandboxState.SANDBOX_READY : PodSandboxState.SANDBOX_NOTREADY,
    createdAt: BigInt(createdAt) * 1_000_000n,
    labels: {
      'io.kubernetes.pod.name': name,
      'io.kubernetes.pod.namespace': namespace,
      'io.kubernetes.pod.uid': uid,
    },
  }
}

const conditionsOf = ({ loaded }: RuntimeState) => [
  { type: 'RuntimeReady', status: true },
  loaded === null
    ? {
        type: 'NetworkReady',
        status: false,
        reason: 'NetworkPluginNotReady',
        message: 'Network plugin returns error: cni plugin not initialized',
      }
    : { type: 'NetworkReady', status: true },
  { type: 'ContainerdHasNoDeprecationWarnings', status: true },
]

/** The verbose part, with the fields and the nesting of containerd 2.1. */
const infoOf = ({ loaded, loadStatus }: RuntimeState) => ({
  cniconfig: JSON.stringify({
    Networks: [loopback, ...(loaded === null ? [] : [networkOf(loaded)])],
    PluginConfDir: '/etc/cni/net.d',
    PluginDirs: ['/opt/cni/bin'],
    PluginMaxConfNum: 1,
    Prefix: 'eth',
  }),
  config: JSON.stringify({
    cni: { binDir: '', binDirs: ['/opt/cni/bin'], confDir: '/etc/cni/net.d', maxConfNum: 1 },
    containerdEndpoint: '/run/containerd/containerd.sock',
  }),
  golang: 'go1.26.10',
  lastCNILoadStatus: loadStatus,
  'lastCNILoadStatus.default': loadStatus,
})

const loopbackSource = '{\n"cniVersion": "0.3.1",\n"name": "cni-loopback",\n"plugins": [{\n  "type": "loopback"\n}]\n}'
const loopback = {
  Config: {
    CNIVersion: '0.3.1',
    Name: 'cni-loopback',
    Plugins: [{ Network: { ipam: {}, type: 'loopback' }, Source: '{"type":"loopback"}' }],
    Source: loopbackSource,
  },
  IFName: 'lo',
}

function networkOf(source: string) {
  const list: unknown = JSON.parse(source)
  const fields = typeof list === 'object' && list !== null ? list : {}
  const plugins = 'plugins' in fields ? fields.plugins : []
  return {
    Config: {
      CNIVersion: '1.0.0',
      Name: 'name' in fields ? fields.name : network.name,
      Plugins: (Array.isArray(plugins) ? plugins : []).map(plugin => ({
        Network: { type: plugin.type, ipam: plugin.ipam === undefined ? {} : { type: plugin.ipam.type } },
        Source: JSON.stringify(plugin),
      })),
      Source: source,
    },
    IFName: 'eth0',
  }
}
