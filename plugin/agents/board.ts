import type { NodeParts, NodeSnapshot } from '../../shared/snapshot.ts'
import type { Target } from './targets.ts'

/** Progress of a run: nodes that are done, and what each of the others waits for. */
export interface Progress {
  readonly done: number
  readonly total: number
  readonly waiting: readonly { readonly node: string; readonly why: string }[]
}

/** `doubtful` nodes are waited for only while other nodes are pending. */
type Stage = 'waiting' | 'doubtful' | 'reading'

interface Listener {
  /** Monotonic clock in ms. */
  readonly now: () => number
  readonly onChange: () => void
  readonly onNode: (snapshot: NodeSnapshot) => void
}

interface Entry {
  readonly stage: Stage
  readonly why: string
  /** When it entered this stage, by `now`. */
  readonly since: number
  /** Parts from a failed attempt. */
  readonly partial?: NodeParts
}

/** The state of each expected node. Every node ends up as exactly one snapshot. */
export class Board {
  readonly #open = new Map<string, Entry>()
  readonly #done = new Map<string, NodeSnapshot>()
  readonly #listener: Listener

  constructor(nodes: readonly Target[], listener: Listener) {
    const since = listener.now()
    for (const { name, doubt } of nodes) {
      const entry =
        doubt === null
          ? ({ stage: 'waiting', why: 'no agent yet' } as const)
          : ({ stage: 'doubtful', why: doubt } as const)
      this.#open.set(name, { ...entry, since })
    }
    this.#listener = listener
  }

  /** The stage of a node; null when it is done or was not expected. */
  stage(node: string): Stage | null {
    return this.#open.get(node)?.stage ?? null
  }

  note(node: string, stage: Stage, why: string): void {
    const entry = this.#open.get(node)
    if (!entry || (entry.stage === stage && entry.why === why)) return
    const since = entry.stage === stage ? entry.since : this.#listener.now()
    this.#open.set(node, { ...entry, stage, why, since })
    this.#listener.onChange()
  }

  /** Keeps the parts of a failed attempt, for use when no later attempt succeeds. */
  keep(node: string, partial: NodeParts): void {
    const entry = this.#open.get(node)
    if (entry) this.#open.set(node, { ...entry, partial })
  }

  settle(snapshot: NodeSnapshot): void {
    if (!this.#open.delete(snapshot.name)) return
    this.#done.set(snapshot.name, snapshot)
    this.#listener.onNode(snapshot)
    this.#listener.onChange()
  }

  /** Gives up on every open node in these stages. Each keeps its own reason, after the common prefix. */
  giveUp(stages: readonly Stage[], prefix = ''): void {
    for (const [name, { stage }] of [...this.#open]) if (stages.includes(stage)) this.giveUpOn(name, prefix)
  }

  giveUpOn(name: string, prefix = ''): void {
    const entry = this.#open.get(name)
    if (entry?.partial) this.settle({ name, status: 'read', parts: entry.partial })
    else if (entry) this.settle({ name, status: 'not-read', why: `${prefix}${entry.why}` })
  }

  names(stage: Stage): readonly string[] {
    return [...this.#open].flatMap(([name, entry]) => (entry.stage === stage ? [name] : []))
  }

  get isDone(): boolean {
    return this.#open.size === 0
  }

  /** When only doubtful nodes are left, the time at which the last of them became doubtful; otherwise null. */
  get doubtSince(): number | null {
    const entries = [...this.#open.values()]
    if (this.isDone || entries.some(({ stage }) => stage !== 'doubtful')) return null
    return Math.max(...entries.map(({ since }) => since))
  }

  get progress(): Progress {
    const waiting = [...this.#open].map(([node, { why }]) => ({ node, why }))
    return { done: this.#done.size, total: this.#done.size + this.#open.size, waiting }
  }

  get snapshots(): readonly NodeSnapshot[] {
    return [...this.#done.values()]
  }
}
