import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { type Api, startApi } from './api/api.ts'
import { makeClock } from './api/clock.ts'
import { type BreakerName, breakers } from './breakers/breakers.ts'
import { missingForNamespaces } from './capabilities.ts'
import { ownPrefix, sweepLeftovers } from './leftovers.ts'
import type { Machine } from './node/machine.ts'
import { namespacedMachine } from './node/namespaced-machine.ts'
import { makeNetwork, namespaceOf, removeNetwork } from './node/network.ts'
import { type ClusterNode, startNode } from './node/node.ts'
import { writePlainHost } from './node/plain-host.ts'
import { plainMachine } from './node/plain-machine.ts'
import { seed } from './plan/objects.ts'
import { type ClusterPlan, type NodePlan, planCluster } from './plan/plan.ts'

export interface Cluster {
  /** Path of a kubeconfig with a client certificate. */
  readonly kubeconfig: string
  readonly api: Api
  readonly nodes: readonly ClusterNode[]
  readonly plan: ClusterPlan
  /** Null when each node has namespaces of its own; else one line that says why not. */
  readonly isPlainBecause: string | null
  /** A node by its name. */
  node(name: string): ClusterNode
  /** Breaks something on a node as in real clusters. Returns a function that repairs it. */
  break(name: BreakerName, node?: string): Promise<() => Promise<void>>
  /** Ends everything and removes everything; calling it again does nothing. */
  stop(): Promise<void>
}

export interface ClusterOptions {
  /** How many; the default is 3. */
  readonly nodes?: number
  /** Uses folders and plain processes even when namespaces are available. */
  readonly isPlain?: boolean
}

let started = 0

/** Starts a cluster: an API server, its controllers, and nodes that run the real agent. */
export async function startCluster({ nodes: count = 3, isPlain = false }: ClusterOptions = {}): Promise<Cluster> {
  started += 1
  const prefix = ownPrefix(started)
  const isPlainBecause = isPlain ? 'it was asked for' : await missingForNamespaces()
  await sweepLeftovers()
  const folder = await mkdtemp(join(tmpdir(), `${prefix}-`))
  const plan = planCluster(count)
  const undo: (() => Promise<void>)[] = [
    () => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 }),
  ]
  const stop = once(undo)
  undo.push(stopOnSignals(stop))
  try {
    const api = await startApi(makeClock())
    undo.push(api.stop)
    const kubeconfig = join(folder, 'kubeconfig')
    await writeFile(kubeconfig, api.kubeconfig(), { mode: 0o600 })
    seed(api.store, plan, api.clock.now())
    const makeMachine = isPlainBecause === null ? await realMachines({ prefix, folder, plan, undo }) : plainMachines
    const nodes = await Promise.all(
      plan.nodes.map(async node => {
        const made = await startNode({
          api,
          plan: node,
          folder: join(folder, node.name),
          makeMachine: makeMachine(node),
        })
        undo.push(made.stop)
        return made
      }),
    )
    const cluster: Omit<Cluster, 'break'> = {
      kubeconfig,
      api,
      nodes,
      plan,
      isPlainBecause,
      stop,
      node: name => find(nodes, name),
    }
    return { ...cluster, break: (name, node = 'node2') => breakers[name](cluster.node(node), cluster) }
  } catch (error) {
    await stop()
    throw error
  }
}

type MakeMachine = (node: NodePlan) => (root: string, work: string) => Promise<Machine>

const plainMachines: MakeMachine = node => async root => {
  await writePlainHost(root, node)
  return plainMachine(root)
}

interface Making {
  readonly prefix: string
  readonly folder: string
  readonly plan: ClusterPlan
  readonly undo: (() => Promise<void>)[]
}

async function realMachines({ prefix, folder, plan, undo }: Making): Promise<MakeMachine> {
  const daemon = join(folder, 'daemon.cjs')
  undo.push(() => removeNetwork(prefix, plan))
  await Promise.all([bundleDaemon(daemon), makeNetwork(prefix, plan)])
  return ({ name, bootId }) =>
    (root, work) =>
      namespacedMachine({ namespace: namespaceOf(prefix, name), name, root, work, daemon, bootId })
}

async function bundleDaemon(outfile: string): Promise<void> {
  const entry = new URL('node/daemon.ts', import.meta.url).pathname
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'warning' })
}

/** Stops the cluster on a signal. Returns a function that removes the handlers. */
function stopOnSignals(stop: () => Promise<void>): () => Promise<void> {
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
  const handlers = Object.entries(codes).map(([signal, code]) => {
    const handler = () => void stop().then(() => process.exit(code))
    process.once(signal, handler)
    return () => process.off(signal, handler)
  })
  return async () => {
    for (const off of handlers) off()
  }
}

/** Runs the steps once, last to first; a failing step does not stop the others. */
function once(undo: readonly (() => Promise<void>)[]): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= (async () => {
      for (const step of [...undo].reverse()) await step().catch(() => {})
    })()
    return done
  }
}

function find(nodes: readonly ClusterNode[], name: string): ClusterNode {
  const node = nodes.find(each => each.name === name)
  if (!node) throw new Error(`the cluster has no node ${name}`)
  return node
}
