import type { Outcome, Reserved } from '../../shared/protocol/release.ts'
import type { Folder } from './folder.ts'
import type { Journal } from './journal.ts'
import type { LockOptions } from './lock.ts'
import type { NamespaceHost } from './namespace-host.ts'
import type { Claim, Objection } from './witnesses.ts'

/** Dependencies of releasing and restoring. */
export interface Work {
  /** The data directory, with one store per network. */
  readonly root: Folder
  readonly programs: LockOptions['programs']
  /** Asks the node for current objections. */
  readonly askWitnesses: () => Promise<Objection>
  /** Asks the runtime and its plugins for current claims. */
  readonly askRuntime: () => Promise<Claim>
  readonly namespaces: NamespaceHost
  readonly tell: (outcome: Outcome) => Promise<void>
  /** Aborted when the client disconnects; nothing new is started then. */
  readonly signal: AbortSignal
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly pause: (ms: number) => Promise<void>
}

/** Folders and files of one network. */
export interface Places {
  readonly store: Folder
  readonly backup: Folder
  readonly journal: Journal
}

/** Addresses handled under one lock; starting pods wait no longer than this takes. */
const perLock = 16
/** Pause between two locks in ms, so that waiting processes get their turn. */
export const pauseMs = 100

/** Groups addresses by network into turns that are short enough for one lock. */
export function* turnsOf<T extends Pick<Reserved, 'network'>>(
  reserved: readonly T[],
): Generator<{ readonly network: string; readonly turn: readonly T[] }> {
  for (const network of new Set(reserved.map(each => each.network))) {
    const own = reserved.filter(each => each.network === network)
    for (let start = 0; start < own.length; start += perLock) yield { network, turn: own.slice(start, start + perLock) }
  }
}

/** The outcome for a reservation. */
export const outcome = ({ network, address }: Reserved, result: Outcome['result'], why: string): Outcome => ({
  network,
  address,
  result,
  why,
})
