import { setMaxListeners } from 'node:events'
import pLimit, { type LimitFunction } from 'p-limit'
import { messageOf, NetcheckError } from '../../shared/errors.ts'
import type { ProbeTarget } from '../../shared/protocol/probes.ts'
import type { NodeSnapshot, PartName } from '../../shared/snapshot.ts'
import { createValuePool } from '../../shared/value-pool.ts'
import { startDeadline } from '../kube/deadline.ts'
import { type Kube, type KubeWriter, resources } from '../kube/port.ts'
import { AgentError, isWorthRetrying } from './agent-error.ts'
import { Board, type Progress } from './board.ts'
import type { Recorder } from './node-files.ts'
import { readNode } from './node-reader.ts'
import { objectName, runSelector } from './plan.ts'
import { type AgentPod, readAgentPod } from './pod-state.ts'
import type { Target } from './targets.ts'
import { isNodeGone, lastWords, latestEvent } from './trouble.ts'

/** What to gather, and its time limits. */
export interface GatherOptions {
  readonly run: { readonly runId: string; readonly namespace: string; readonly token: string }
  readonly targets: readonly Target[]
  readonly parts: readonly PartName[]
  /** Probe targets by node name. */
  readonly probes?: ReadonlyMap<string, readonly ProbeTarget[]> | undefined
  /** Set when recording a bundle. */
  readonly recorder?: Recorder | undefined
  /**
   * Milliseconds: for one part on the node; for a node until its agent runs, and again until it is read; for the whole
   * run.
   */
  readonly partMs: number
  readonly nodeTimeoutMs: number
  readonly timeoutMs: number
  /** Least time to wait for a doubtful node, in ms; longer only while other nodes are pending. */
  readonly graceMs: number
  /** Interval in ms at which events are searched for why a node has no agent. */
  readonly eventsMs: number
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
  readonly onNode: (snapshot: NodeSnapshot) => void
}

/**
 * Nodes read concurrently: each needs a stream through the API server and memory for what it sent. A recorded node
 * sends megabytes, and only one at a time is packed anyway.
 */
const concurrency = { read: 16, recorded: 6 } as const
/** Pods whose events are requested at once. */
const mostExplained = 8

/**
 * Reads every target as soon as its agent runs. A node's failure never fails the run: its snapshot says why it was not
 * read. Throws INTERRUPTED when the signal aborts.
 */
export async function gather(
  ports: { kube: Kube; writer: KubeWriter },
  options: GatherOptions,
): Promise<readonly NodeSnapshot[]> {
  const gathering = new Gathering(ports, options)
  await gathering.run()
  if (options.signal.aborted) throw new NetcheckError('INTERRUPTED', 'interrupted before all nodes were read')
  return gathering.board.snapshots
}

class Gathering {
  readonly board: Board
  readonly #kube: Kube
  readonly #writer: KubeWriter
  readonly #options: GatherOptions
  readonly #over = new AbortController()
  readonly #limit: LimitFunction
  readonly #pooled = createValuePool()
  readonly #pods = new Map<string, AgentPod>()
  readonly #tried = new Set<string>()
  readonly #tasks = new Set<Promise<void>>()
  readonly #silent: ReadonlySet<string>
  #grace: NodeJS.Timeout | null = null
  /** An unexpected error; wrapped, because any value can be thrown. */
  #crash: { readonly error: unknown } | null = null

  constructor({ kube, writer }: { kube: Kube; writer: KubeWriter }, options: GatherOptions) {
    this.#kube = kube
    this.#writer = writer
    this.#options = options
    this.#limit = pLimit(options.recorder ? concurrency.recorded : concurrency.read)
    // Every session adds a listener; the default warns of a leak beyond ten.
    setMaxListeners(0, this.#over.signal)
    this.#silent = new Set(options.targets.flatMap(({ name, doubt }) => (doubt === null ? [] : [name])))
    this.board = new Board(options.targets, {
      now: () => performance.now(),
      onChange: () => this.#changed(),
      onNode: options.onNode,
    })
  }

  async run(): Promise<void> {
    const { nodeTimeoutMs, timeoutMs, eventsMs, signal } = this.#options
    const { board } = this
    const stop = () => this.#over.abort()
    if (signal.aborted || board.isDone) stop()
    signal.addEventListener('abort', stop, { once: true })
    const timers = [
      setTimeout(
        () => board.giveUp(['waiting', 'doubtful'], `not read within ${nodeTimeoutMs / 1_000} s: `),
        nodeTimeoutMs,
      ),
      setTimeout(
        () => board.giveUp(['waiting', 'doubtful', 'reading'], `not read within ${timeoutMs / 1_000} s: `),
        timeoutMs,
      ),
      setInterval(() => this.#track(this.#explain()), eventsMs),
    ]
    this.#changed()
    await this.#watch()
    await Promise.allSettled(this.#tasks)
    for (const timer of timers) clearTimeout(timer)
    if (this.#grace) clearTimeout(this.#grace)
    signal.removeEventListener('abort', stop)
    if (this.#crash) throw this.#crash.error
  }

  /** Called after every change: ends the run, or starts the grace period for doubtful nodes. */
  #changed(): void {
    const { board } = this
    this.#options.onProgress(board.progress)
    if (board.isDone) this.#over.abort()
    if (this.#grace) clearTimeout(this.#grace)
    const since = board.doubtSince
    if (since === null) return
    const left = since + this.#options.graceMs - performance.now()
    this.#grace = setTimeout(() => board.giveUp(['doubtful']), Math.max(0, left))
  }

  async #watch(): Promise<void> {
    const { runId, namespace } = this.#options.run
    const target = { namespace, labelSelector: runSelector(runId), signal: this.#over.signal }
    try {
      for await (const { type, object } of this.#writer.watch(resources.pods, target)) {
        const pod = readAgentPod(object)
        if (pod) this.#track(type === 'DELETED' ? this.#lost(pod) : this.#seen(pod))
      }
    } catch (error) {
      // Nodes being read may still succeed; nothing more will be learned about the others.
      this.board.giveUp(['waiting', 'doubtful'], `the API server no longer tells: ${messageOf(error)}: `)
    }
  }

  #track(task: Promise<void>): void {
    this.#tasks.add(task)
    const crashed = (error: unknown) => {
      this.#crash ??= { error }
      this.#over.abort()
    }
    // An unhandled rejection would end the process before what was created is removed.
    void task.catch(crashed).finally(() => this.#tasks.delete(task))
  }

  async #seen(pod: AgentPod): Promise<void> {
    this.#pods.set(pod.node, pod)
    const { node, state } = pod
    const stage = this.board.stage(node)
    if (stage === null || stage === 'reading') return
    if (state.kind === 'running') await this.#read(pod)
    else if (state.kind === 'failed') this.board.settle({ name: node, status: 'not-read', why: state.why })
    else if (state.kind === 'crashed') await this.#quoteCrash(pod, state.why)
    // A node that was silent before changes its stage only when its own kubelet reports.
    else if (state.kind === 'waiting' || !this.#silent.has(node)) {
      this.board.note(node, state.kind === 'doubtful' ? 'doubtful' : 'waiting', state.why)
    }
  }

  async #quoteCrash({ node, name }: AgentPod, why: string): Promise<void> {
    this.board.note(node, 'doubtful', why)
    const words = await lastWords(this.#kube, { namespace: this.#options.run.namespace, name })
    if (words !== '' && this.board.stage(node) === 'doubtful')
      this.board.note(node, 'doubtful', `${why}; it wrote: ${words}`)
  }

  /** Handles a pod that was deleted by somebody else. */
  async #lost(pod: AgentPod): Promise<void> {
    if (this.#pods.get(pod.node)?.uid !== pod.uid) return
    this.#pods.delete(pod.node)
    if (this.board.stage(pod.node) === 'reading') return
    this.board.note(pod.node, 'doubtful', 'its agent was removed by someone else')
    await this.#checkNode(pod.node)
  }

  async #checkNode(node: string): Promise<void> {
    const isGone = await isNodeGone(this.#writer, node)
    if (isGone) this.board.settle({ name: node, status: 'not-read', why: 'the node was deleted during the run' })
  }

  async #read(pod: AgentPod): Promise<void> {
    const attempt = `${pod.uid}/${pod.restarts}`
    if (this.#tried.has(attempt)) return
    this.#tried.add(attempt)
    this.board.note(pod.node, 'reading', 'its agent runs; other nodes are read first')
    await this.#limit(() => this.#readNow(pod))
  }

  async #readNow({ node, name: pod }: AgentPod): Promise<void> {
    const { run, parts, partMs, nodeTimeoutMs, recorder } = this.#options
    const probes = this.#options.probes?.get(node)
    if (this.board.stage(node) !== 'reading') return
    const deadline = startDeadline(nodeTimeoutMs, this.#over.signal)
    const onStep = (step: string) => this.board.note(node, 'reading', step)
    try {
      const { namespace, token } = run
      const { signal } = deadline
      const read = await readNode(this.#writer, {
        namespace,
        token,
        pod,
        node,
        parts,
        partMs,
        probes,
        recorder,
        signal,
        onStep,
      })
      this.board.settle({ name: node, status: 'read', parts: this.#pooled(read) })
    } catch (error) {
      if (!(error instanceof AgentError)) throw error
      await this.#failed(node, error)
    } finally {
      deadline.release()
    }
  }

  async #failed(node: string, error: AgentError): Promise<void> {
    // An interrupted read is not a failure.
    if (this.#options.signal.aborted) return
    // The files of a failed recording are dropped, so its parts must not be kept either.
    if (error.partial && !this.#options.recorder) this.board.keep(node, error.partial)
    this.board.note(node, 'doubtful', error.message)
    if (!isWorthRetrying(error)) return this.board.giveUpOn(node)
    await this.#checkNode(node)
    // A restarted agent, or one in a new pod, may already be running.
    const pod = this.#pods.get(node)
    if (pod) await this.#seen(pod)
  }

  /** Searches the events of the run for why nodes still have no agent. */
  async #explain(): Promise<void> {
    const { runId, namespace } = this.#options.run
    const waiting = this.board.names('waiting')
    const without = waiting.filter(node => !this.#pods.has(node))
    if (without.length > 0) {
      const trouble = await latestEvent(this.#writer, { namespace, name: objectName(runId) })
      if (trouble?.isWarning)
        for (const node of without) this.board.note(node, 'doubtful', `no agent was created: ${trouble.text}`)
    }
    const pods = waiting.flatMap(node => this.#pods.get(node) ?? []).slice(0, mostExplained)
    const doubtful = this.board.names('doubtful').slice(0, mostExplained)
    await Promise.all([...pods.map(pod => this.#explainPod(pod)), ...doubtful.map(node => this.#checkNode(node))])
  }

  async #explainPod({ node, name }: AgentPod): Promise<void> {
    const trouble = await latestEvent(this.#writer, { namespace: this.#options.run.namespace, name })
    if (trouble && this.board.stage(node) === 'waiting') this.board.note(node, 'waiting', trouble.text)
  }
}
