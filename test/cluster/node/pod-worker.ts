import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, rfc3339 } from '../api/clock.ts'
import { type KubeObject, placeOf, textOf } from '../api/object.ts'
import { typeNamed } from '../api/resources.ts'
import type { Store } from '../api/store.ts'
import { type EventText, recordEvent } from '../controllers/event.ts'
import type { NodePlan } from '../plan/plan.ts'
import { type Addresses, sandboxIdOf } from './addresses.ts'
import { environmentOf } from './environment.ts'
import { kindOf, pullError } from './images.ts'
import type { Machine, Running } from './machine.ts'
import { type ContainerSpec, type PodSpec, podSpecSchema } from './pod-spec.ts'
import { type ContainerState, type Termination, withStatus } from './pod-status.ts'
import { mountVolumes, VolumeMissing } from './volumes.ts'

export interface WorkerContext {
  readonly store: Store
  readonly clock: Clock
  readonly machine: Machine
  readonly node: NodePlan
  /** Folder for volumes and logs of this pod. */
  readonly folder: string
  /** Why a pod in the pod network gets no sandbox now; null when it does. */
  readonly sandboxError: (sandboxId: string) => string | null
  readonly addresses: Addresses
}

const pods = typeNamed('pods')

/** First wait of a container that crashed, and of an image that could not be pulled, ms; doubled each time. */
const backOffMs = 10_000
const retryMs = 1_000

/** Brings one pod up, keeps it up, and takes it down, as a kubelet does. */
export class PodWorker {
  readonly #context: WorkerContext
  readonly #spec: PodSpec
  readonly #uid: string
  readonly #states = new Map<string, ContainerState>()
  readonly #running = new Map<string, Running>()
  readonly #alarms = new Set<() => void>()
  #pod: KubeObject
  #isLeaving = false
  #address: string | null = null

  constructor(context: WorkerContext, pod: KubeObject) {
    this.#context = context
    this.#pod = pod
    this.#uid = pod.metadata.uid
    this.#spec = podSpecSchema.parse(pod.spec)
  }

  get isRunning(): boolean {
    return this.#running.size > 0
  }

  /** File with the log of a container; of the run before when there was one and `previous` is asked. */
  logFile(container: string, previous = false): string {
    const run = (this.#states.get(container)?.restarts ?? 0) - (previous ? 1 : 0)
    return join(this.#context.folder, `${container}.${run}.log`)
  }

  isOver(container: string): boolean {
    return !this.#running.has(container)
  }

  start(): void {
    for (const { name } of this.#spec.containers) this.#set(name, { state: creating, restarts: 0 })
    this.#sandbox()
  }

  /** Ends the processes, then the pod. Calling it again does nothing. */
  leave(graceSeconds: number): void {
    if (this.#isLeaving) return
    this.#isLeaving = true
    const running = [...this.#running]
    for (const [name, { kill }] of running) {
      this.#tell({ type: 'Normal', reason: 'Killing', message: `Stopping container ${name}` })
      kill('SIGTERM')
    }
    this.#later(graceSeconds * 1_000, () => {
      for (const [, { kill }] of running) kill('SIGKILL')
    })
    void Promise.all(running.map(([, { ended }]) => ended)).then(() => this.#finish())
  }

  /** Ends the processes and says nothing to anybody, as when a node goes. */
  drop(): void {
    this.#isLeaving = true
    for (const cancel of this.#alarms) cancel()
    for (const { kill } of this.#running.values()) kill('SIGKILL')
  }

  #finish(): void {
    for (const cancel of this.#alarms) cancel()
    const { store, folder, addresses } = this.#context
    if (this.#address !== null) addresses.release(this.#address)
    const current = store.find(pods, placeOf(this.#pod))
    if (current?.metadata.uid === this.#uid) store.remove(pods, placeOf(current))
    // A volume may still be being written when a pod leaves as soon as it came.
    void rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 })
  }

  #sandbox(): void {
    if (this.#isLeaving) return
    const problem = this.#spec.hostNetwork ? null : this.#joinNetwork()
    if (problem === null) {
      for (const container of this.#spec.containers) this.#pull(container, backOffMs)
      return
    }
    const reason = problem.startsWith('network is not ready') ? 'NetworkNotReady' : 'FailedCreatePodSandBox'
    this.#tell({ type: 'Warning', reason, message: problem })
    this.#later(retryMs, () => this.#sandbox())
  }

  /** Gets an address; the reason why there is none, or null. */
  #joinNetwork(): string | null {
    const { addresses, sandboxError } = this.#context
    const id = sandboxIdOf(this.#uid)
    const problem = sandboxError(id)
    if (problem !== null) return problem
    this.#address = addresses.reserve(id)
    return this.#address === null ? addresses.exhausted(id) : null
  }

  #pull(container: ContainerSpec, waitMs: number): void {
    const { name, image } = container
    if (kindOf(image) !== 'unknown') {
      const message = `Container image "${image}" already present on machine and can be accessed by the pod`
      this.#tell({ type: 'Normal', reason: 'Pulled', message })
      void this.#run(container, backOffMs)
      return
    }
    const why = pullError(image)
    this.#tell({ type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"` })
    this.#tell({ type: 'Warning', reason: 'Failed', message: `Failed to pull image "${image}": ${why}` })
    this.#tell({ type: 'Warning', reason: 'Failed', message: 'Error: ErrImagePull' })
    this.#set(name, { state: { waiting: { reason: 'ErrImagePull', message: why } }, restarts: 0 })
    this.#later(retryMs, () => {
      const message = `Back-off pulling image "${image}": ErrImagePull: ${why}`
      this.#set(name, { state: { waiting: { reason: 'ImagePullBackOff', message } }, restarts: 0 })
      this.#tell({ type: 'Normal', reason: 'BackOff', message: `Back-off pulling image "${image}"` })
    })
    this.#later(waitMs, () => this.#pull(container, waitMs * 2))
  }

  async #run(container: ContainerSpec, waitMs: number): Promise<void> {
    const { name } = container
    const { restarts: before = 0, last } = this.#states.get(name) ?? {}
    const restarts = last === undefined ? before : before + 1
    const running = await this.#launch(container, restarts)
    if (!running) return
    this.#running.set(name, running)
    const startedAt = rfc3339(this.#context.clock.now())
    this.#tell({ type: 'Normal', reason: 'Created', message: 'Container created' })
    this.#tell({ type: 'Normal', reason: 'Started', message: 'Container started' })
    this.#set(name, { state: { running: { startedAt } }, restarts, last })
    if (this.#isLeaving) running.kill('SIGKILL')
    const { code, signal } = await running.ended
    this.#running.delete(name)
    if (this.#isLeaving) return
    this.#ended(container, { startedAt, exitCode: code ?? (signal === 'SIGKILL' ? 137 : 143), waitMs })
  }

  /** Starts the process of a container; null while its volumes are missing, which is tried again. */
  async #launch(container: ContainerSpec, restarts: number): Promise<Running | null> {
    const { store, machine, folder } = this.#context
    const namespace = this.#pod.metadata.namespace ?? ''
    const log = join(folder, `${container.name}.${restarts}.log`)
    try {
      const mounts = await mountVolumes({ store, namespace, root: machine.root, folder }, this.#spec, container)
      if (kindOf(container.image) === 'pretends') return forever()
      const argv = [...(container.command ?? ['node']), ...(container.args ?? [])]
      await writeFile(log, '')
      return machine.start({ argv, env: environmentOf(this.#pod, container), mounts, log })
    } catch (error) {
      if (!(error instanceof VolumeMissing)) throw error
      this.#tell({ type: 'Warning', reason: 'FailedMount', message: error.message })
      this.#later(retryMs, () => void this.#run(container, backOffMs))
      return null
    }
  }

  #ended(
    container: ContainerSpec,
    { startedAt, exitCode, waitMs }: { startedAt: string; exitCode: number; waitMs: number },
  ): void {
    const { name } = container
    const finishedAt = rfc3339(this.#context.clock.now())
    const restarts = this.#states.get(name)?.restarts ?? 0
    const id = sandboxIdOf(this.#uid)
    const reason = exitCode === 0 ? 'Completed' : 'Error'
    const terminated: Termination = { exitCode, reason, startedAt, finishedAt, containerID: `containerd://${id}` }
    this.#set(name, { state: { terminated }, restarts, last: terminated })
    if (this.#spec.restartPolicy === 'Never') return
    const again = () => void this.#run(container, waitMs * 2)
    const title = `${this.#pod.metadata.name}_${this.#pod.metadata.namespace}(${this.#uid})`
    // The first restart is at once; from the second on there is a back-off.
    if (restarts === 0) {
      this.#later(retryMs, again)
      return
    }
    const message = `back-off ${waitMs / 1_000}s restarting failed container=${name} pod=${title}`
    this.#set(name, {
      state: { waiting: { reason: 'CrashLoopBackOff', message } },
      restarts,
      last: terminated,
    })
    const event = `Back-off restarting failed container ${name} in pod ${title}`
    this.#tell({ type: 'Warning', reason: 'BackOff', message: event })
    this.#later(waitMs, again)
  }

  #set(name: string, state: ContainerState): void {
    this.#states.set(name, state)
    if (this.#isLeaving) return
    const { store, clock, node } = this.#context
    const podAddress = this.#spec.hostNetwork ? node.address : this.#address
    store.update(pods, placeOf(this.#pod), current => {
      if (current.metadata.uid !== this.#uid) return current
      this.#pod = withStatus(current, {
        address: node.address,
        podAddress,
        now: rfc3339(clock.now()),
        containers: this.#states,
      })
      return this.#pod
    })
  }

  #tell(text: Pick<EventText, 'type' | 'reason' | 'message'>): void {
    const { store, clock, node } = this.#context
    const about = store.find(pods, placeOf(this.#pod)) ?? this.#pod
    if (textOf(about, 'metadata.uid') !== this.#uid) return
    recordEvent(store, clock, { about, component: 'kubelet', host: node.name, ...text })
  }

  #later(ms: number, work: () => void): void {
    const { clock } = this.#context
    const cancel = clock.at(clock.now() + ms, () => {
      this.#alarms.delete(cancel)
      work()
    })
    this.#alarms.add(cancel)
  }
}

const creating = { waiting: { reason: 'ContainerCreating' } } as const

/** A container that only seems to run, until it is killed. */
function forever(): Running {
  let end = () => {}
  const ended = new Promise<{ code: number; signal: null }>(resolve => {
    end = () => resolve({ code: 0, signal: null })
  })
  return { ended, kill: () => end() }
}
