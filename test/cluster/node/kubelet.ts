import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Clock } from '../api/clock.ts'
import type { KubeletPort, LogQuery } from '../api/kubelet-port.ts'
import { fieldOf, type KubeObject, textOf } from '../api/object.ts'
import { typeNamed } from '../api/resources.ts'
import type { Store } from '../api/store.ts'
import { react } from '../controllers/controller.ts'
import { type NodePlan, network } from '../plan/plan.ts'
import { Addresses } from './addresses.ts'
import { readLog } from './log-files.ts'
import type { Machine } from './machine.ts'
import { PodWorker } from './pod-worker.ts'

export interface KubeletOptions {
  readonly store: Store
  readonly clock: Clock
  readonly machine: Machine
  readonly node: NodePlan
  /** A folder for its pods. */
  readonly folder: string
}

const pods = typeNamed('pods')

/** Runs the pods that are bound to its node and answers for them. */
export class Kubelet implements KubeletPort {
  readonly address: string
  /** Why a pod in the pod network gets no sandbox now; null when it does. */
  sandboxError: (sandboxId: string) => string | null = () => null
  readonly addresses: Addresses
  /** Logs of pods that run from the beginning, where they say something else by now; by the pod's name. */
  readonly otherLogs = new Map<string, readonly string[]>()
  /** While it is stopped it starts and ends nothing, and the API server cannot reach it. */
  isStopped = false
  readonly #options: KubeletOptions
  readonly #workers = new Map<string, PodWorker>()
  readonly #stop: () => void

  constructor(options: KubeletOptions) {
    this.#options = options
    this.address = options.node.address
    this.addresses = new Addresses(options.machine.root, options.node)
    this.#stop = react(options.store, ({ resource, object }) => {
      if (resource === pods) this.#look(object)
    })
  }

  get isReachable(): boolean {
    return !this.isStopped
  }

  /** Pods that it started and that run. */
  get running(): readonly KubeObject[] {
    const { store, node } = this.#options
    return store
      .items(pods)
      .filter(pod => textOf(pod, 'spec.nodeName') === node.name && this.#workers.get(pod.metadata.uid)?.isRunning)
  }

  logs({ namespace, pod, container, previous, follow, tailLines, timestamps }: LogQuery): Readable {
    const object = this.#options.store.find(pods, { namespace, name: pod })
    const worker = this.#workers.get(object?.metadata.uid ?? '')
    if (!worker) return Readable.from(this.#plannedLog(namespace, pod, tailLines))
    const isOver = () => previous || worker.isOver(container)
    return readLog(worker.logFile(container, previous), { tailLines, follow, timestamps, isOver })
  }

  connect({ namespace, name, port }: { readonly namespace: string; readonly name: string; readonly port: number }) {
    const object = this.#options.store.find(pods, { namespace, name })
    if (fieldOf(object, 'spec.hostNetwork') === true) return this.#options.machine.connect(port)
    return Promise.reject(
      new Error(`port forwarding to pods in the pod network is not supported: ${namespace}/${name}`),
    )
  }

  configz() {
    return {
      kubeletconfig: {
        kind: 'KubeletConfiguration',
        apiVersion: 'kubelet.config.k8s.io/v1beta1',
        clusterDomain: 'cluster.local',
        clusterDNS: [network.clusterDns],
        resolvConf: '/etc/resolv.conf',
        maxPods: 110,
        hairpinMode: 'promiscuous-bridge',
        cgroupDriver: 'systemd',
        containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
        healthzPort: 10248,
      },
    }
  }

  /** Looks again at every pod, as after it was stopped. */
  resume(): void {
    this.isStopped = false
    for (const pod of this.#options.store.items(pods)) this.#look(pod)
  }

  stop(): void {
    this.#stop()
    for (const worker of this.#workers.values()) worker.drop()
  }

  #look(changed: KubeObject): void {
    const { store, node } = this.#options
    const { namespace, name, uid } = changed.metadata
    if (textOf(changed, 'spec.nodeName') !== node.name || this.isStopped) return
    const pod = store.find(pods, { namespace, name })
    const worker = this.#workers.get(uid)
    if (pod?.metadata.uid !== uid) {
      worker?.leave(0)
      this.#workers.delete(uid)
    } else if (pod.metadata.deletionTimestamp !== undefined) {
      this.#end(pod, worker)
    } else if (!worker && fieldOf(pod, 'status.startTime') === undefined) this.#begin(pod)
  }

  #begin(pod: KubeObject): void {
    const { store, clock, machine, node } = this.#options
    const { uid } = pod.metadata
    const folder = join(this.#options.folder, uid)
    mkdirSync(folder, { recursive: true })
    const sandboxError = (sandboxId: string) => this.sandboxError(sandboxId)
    const { addresses } = this
    const worker = new PodWorker({ store, clock, machine, node, folder, sandboxError, addresses }, pod)
    this.#workers.set(uid, worker)
    worker.start()
  }

  #end(pod: KubeObject, worker: PodWorker | undefined): void {
    const grace = Number(fieldOf(pod, 'metadata.deletionGracePeriodSeconds') ?? 0)
    if (worker) worker.leave(grace)
    else this.#options.store.remove(pods, { namespace: pod.metadata.namespace, name: pod.metadata.name })
  }

  #plannedLog(namespace: string, name: string, tailLines: number | undefined): string[] {
    const planned = this.#options.node.pods.find(each => each.namespace === namespace && each.name === name)
    const lines = this.otherLogs.get(name) ?? planned?.workload.log ?? []
    const shown = tailLines === undefined ? lines : lines.slice(-tailLines)
    return shown.map(line => `${line}\n`)
  }
}
