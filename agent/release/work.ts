import type { Outcome, Reserved } from '../../shared/protocol/release.ts'
import type { Folder } from './folder.ts'
import type { Journal } from './journal.ts'
import type { LockOptions } from './lock.ts'
import type { NamespaceHost } from './namespace-host.ts'
import type { Claim, Objection } from './witnesses.ts'

/** What giving back and putting back work with. */
export interface Work {
  /** The data directory: one store per network below it. */
  readonly root: Folder
  readonly programs: LockOptions['programs']
  /** What the node says at this moment. */
  readonly askWitnesses: () => Promise<Objection>
  /** What the runtime and its plugins say at this moment. */
  readonly askRuntime: () => Promise<Claim>
  readonly namespaces: NamespaceHost
  readonly tell: (outcome: Outcome) => Promise<void>
  /** Aborted when the client is gone: then nothing new is begun. */
  readonly signal: AbortSignal
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly pause: (ms: number) => Promise<void>
}

/** Where the files of one network are. */
export interface Places {
  readonly store: Folder
  readonly backup: Folder
  readonly journal: Journal
}

/** Addresses that are decided under one lock; pods that start wait no longer than for these. */
const perLock = 16
/** Between two locks, ms: whoever waited comes first. */
export const pauseMs = 100

/** Addresses by network, in turns that are short enough for one lock. */
export function* turnsOf<T extends Pick<Reserved, 'network'>>(
  reserved: readonly T[],
): Generator<{ readonly network: string; readonly turn: readonly T[] }> {
  for (const network of new Set(reserved.map(each => each.network))) {
    const own = reserved.filter(each => each.network === network)
    for (let start = 0; start < own.length; start += perLock) yield { network, turn: own.slice(start, start + perLock) }
  }
}

export const outcome = ({ network, address }: Reserved, result: Outcome['result'], why: string): Outcome => ({
  network,
  address,
  result,
  why,
})
