import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Api } from '../api/api.ts'
import { type NodePlan, network } from '../plan/plan.ts'
import { sandboxIdOf } from './addresses.ts'
import { conflist } from './cni-files.ts'
import { writeHostRoot } from './host-root.ts'
import { Kubelet } from './kubelet.ts'
import { apiPort } from './loopback-services.ts'
import type { Machine, Running } from './machine.ts'
import { type RuntimeState, serveRuntime } from './runtime-service.ts'

/** A node of the cluster, and what breakers can do to it. */
export interface ClusterNode {
  readonly name: string
  readonly plan: NodePlan
  readonly machine: Machine
  readonly kubelet: Kubelet
  /** What the container runtime answers; changed in place. */
  readonly runtime: RuntimeState
  /** Stops or starts a daemon with its answers on the loopback address. */
  setDaemon(name: Daemon, isUp: boolean): Promise<void>
  /** Says that the runtime has read its configuration files anew. */
  reloadNetworks(): Promise<void>
  stop(): Promise<void>
}

export type Daemon = 'kubelet' | 'containerd' | 'kube-proxy'

interface NodeOptions {
  readonly api: Api
  readonly plan: NodePlan
  /** Makes the place where the node's processes run; its root is written before. */
  readonly makeMachine: (root: string, work: string) => Promise<Machine>
  /** A folder of its own. */
  readonly folder: string
}

/** Starts a node: its file system, its daemons, its runtime's socket and its kubelet. */
export async function startNode({ api, plan, makeMachine, folder }: NodeOptions): Promise<ClusterNode> {
  const root = join(folder, 'root')
  await writeHostRoot(root, plan)
  const machine = await makeMachine(root, folder)
  const { store, clock } = api
  const kubelet = new Kubelet({ store, clock, machine, node: plan, folder: join(folder, 'pods') })
  api.kubelets.set(plan.name, kubelet)
  const runtime = runtimeOf(plan, kubelet, clock.now())
  const daemons = new Daemons(machine, plan.name)
  const [stopRuntime] = await Promise.all([serveRuntime(root, runtime), daemons.startAll()])
  return {
    name: plan.name,
    plan,
    machine,
    kubelet,
    runtime,
    setDaemon: (name, isUp) => daemons.set(name, isUp),
    reloadNetworks: () => reload(root, runtime),
    stop: async () => {
      kubelet.stop()
      await machine.stop()
      await stopRuntime()
    },
  }
}

function runtimeOf(plan: NodePlan, kubelet: Kubelet, now: number): RuntimeState {
  const planned = plan.pods.map(pod => ({ pod, isReady: true, createdAt: now - 3_600_000 }))
  return {
    get sandboxes() {
      return [
        ...planned,
        ...kubelet.running.map(pod => ({ pod: sandboxOf(pod.metadata), isReady: true, createdAt: now })),
      ]
    },
    loaded: conflist(plan),
    loadStatus: 'OK',
  }
}

interface Named {
  readonly namespace?: string | undefined
  readonly name: string
  readonly uid: string
}

const sandboxOf = ({ namespace = '', name, uid }: Named) => ({ namespace, name, uid, sandboxId: sandboxIdOf(uid) })

/** containerd keeps what it had when a file cannot be loaded, and forgets it when none is left. */
async function reload(root: string, runtime: RuntimeState): Promise<void> {
  const path = `/etc/cni/net.d/${network.configFile}`
  try {
    const text = await readFile(join(root, path), 'utf8')
    JSON.parse(text)
    runtime.loaded = text
    runtime.loadStatus = 'OK'
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    runtime.loaded = null
    runtime.loadStatus = isGone
      ? 'cni config load failed: no network config found in /etc/cni/net.d: cni plugin not initialized: failed to load cni config'
      : `cni config load failed: failed to load CNI config list file ${path}: error parsing configuration list: unexpected end of JSON input: invalid cni config: failed to load cni config`
  }
}

/** The daemons of a node: processes that only wait, and answers that a small server gives for them. */
class Daemons {
  readonly #machine: Machine
  readonly #node: string
  readonly #up = new Map<Daemon, Running>()

  constructor(machine: Machine, node: string) {
    this.#machine = machine
    this.#node = node
  }

  async startAll(): Promise<void> {
    for (const name of ['containerd', 'kubelet', 'kube-proxy'] as const) this.#start(name)
    await this.#answer()
  }

  async set(name: Daemon, isUp: boolean): Promise<void> {
    if (isUp && !this.#up.has(name)) this.#start(name)
    if (!isUp) {
      this.#up.get(name)?.kill('SIGKILL')
      this.#up.delete(name)
    }
    await this.#answer()
  }

  #start(name: Daemon): void {
    this.#up.set(name, this.#machine.startHost({ name, argv: commandLines[name](this.#node) }))
  }

  #answer(): Promise<void> {
    const now = new Date().toISOString()
    const health = {
      '/healthz': JSON.stringify({ lastUpdated: now, currentTime: now, nodeEligible: true, healthy: true }),
    }
    const table: Record<number, Record<string, string>> = { [apiPort]: { '/livez': 'ok' } }
    if (this.#up.has('kubelet')) table[10248] = { '/healthz': 'ok' }
    if (this.#up.has('kube-proxy')) Object.assign(table, { 10256: health, 10249: { '/proxyMode': 'iptables' } })
    return this.#machine.serve(table)
  }
}

const commandLines: Readonly<Record<Daemon, (node: string) => readonly string[]>> = {
  containerd: () => ['/usr/bin/containerd', '--config', '/etc/containerd/config.toml'],
  kubelet: node => [
    '/usr/bin/kubelet',
    '--config=/var/lib/kubelet/config.yaml',
    '--kubeconfig=/etc/kubernetes/kubelet.conf',
    `--hostname-override=${node}`,
  ],
  'kube-proxy': node => [
    '/usr/local/bin/kube-proxy',
    '--config=/var/lib/kube-proxy/config.conf',
    `--hostname-override=${node}`,
  ],
}
