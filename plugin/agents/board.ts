import type { NodeParts, NodeSnapshot } from '../../shared/snapshot.ts'
import type { Target } from './targets.ts'

/** How far a run is: nodes that are done, and of the others what each waits for. */
export interface Progress {
  readonly done: number
  readonly total: number
  readonly waiting: readonly { readonly node: string; readonly why: string }[]
}

/** `doubtful` nodes are waited for only while others are still coming. */
type Stage = 'waiting' | 'doubtful' | 'reading'

interface Listener {
  /** Milliseconds by a clock that only goes forward. */
  readonly now: () => number
  readonly onChange: () => void
  readonly onNode: (snapshot: NodeSnapshot) => void
}

interface Entry {
  readonly stage: Stage
  readonly why: string
  /** When it came to this stage, by the listener's clock. */
  readonly since: number
  /** What an attempt that broke had brought. */
  readonly partial?: NodeParts
}

/** Where each expected node stands. Every node ends as exactly one snapshot. */
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

  /** Stage of a node; null when it is done or was never expected. */
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

  /** Keeps what an attempt that broke had brought; should no other succeed, it is better than nothing. */
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

  /** Gives up on every open node of these stages, each with its own reason behind the common one. */
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

  /** When nothing but doubtful nodes is left: since when the youngest doubt stands; null before. */
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
