import { link, rename, unlink } from 'node:fs/promises'
import { messageOf } from '../../shared/errors.ts'
import type { Done, Outcome, ReleaseOrder, Reserved } from '../../shared/protocol/release.ts'
import { codeOf, Refusal } from '../host/failures.ts'
import { makeFolder, withFolder } from './folder.ts'
import { type Run, runJournalled } from './journalled-run.ts'
import { withLock } from './lock.ts'
import { compareReservation, statOf } from './reservation.ts'
import type { Objection } from './witnesses.ts'
import { outcome, type Places, pauseMs, turnsOf, type Work } from './work.ts'

/**
 * Releases reservations: each is compared again under host-local's own lock and then moved into this run's backup. One
 * outcome per address. Throws system errors when the backup cannot be created; then nothing was moved.
 */
export async function release(order: ReleaseOrder, work: Work): Promise<Done> {
  const { run, addresses } = order
  return runJournalled({ run, asked: addresses.length }, work, scene => releaseAll(order, scene))
}

async function releaseAll(order: ReleaseOrder, run: Run): Promise<string | null> {
  for (const { network, turn } of turnsOf(order.addresses)) {
    if (run.signal.aborted) return 'the connection was lost'
    for (const outcome of await releaseTurn({ ...order, network, turn }, run)) await run.tell(outcome)
    await run.pause(pauseMs)
  }
  return null
}

interface Turn extends Pick<ReleaseOrder, 'lockMs' | 'graceMs'> {
  readonly network: string
  readonly turn: readonly Reserved[]
}

/** An error that stops a whole turn becomes the outcome of each of its undecided addresses. */
async function releaseTurn({ network, turn, lockMs, graceMs }: Turn, run: Run): Promise<readonly Outcome[]> {
  const decided: Outcome[] = []
  try {
    await withFolder(run.root.at(network), async store => {
      await makeFolder(run.run, network)
      await withFolder(run.run.at(network), async backup => {
        const objection = await run.askWitnesses()
        await withLock(store, { waitMs: lockMs, programs: run.programs }, async () => {
          const places = { store, backup, journal: run.journal }
          for (const reserved of turn) {
            if (run.signal.aborted) throw new Refusal('failed', 'the connection was lost before')
            decided.push(await releaseOne(reserved, { places, objection, youngest: run.now() - graceMs }))
          }
        })
      })
    })
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? `the store of network ${network} is not there` : explain(error)
    decided.push(...turn.slice(decided.length).map(each => outcome(each, 'refused', why)))
  }
  return decided
}

interface Scene {
  readonly places: Places
  readonly objection: Objection
  /** Reservations made after this time are too young; ms since the epoch. */
  readonly youngest: number
}

async function releaseOne(reserved: Reserved, { places, objection, youngest }: Scene): Promise<Outcome> {
  const { store, journal } = places
  const compared = await compareReservation(store, reserved)
  if (compared.kind === 'gone') return outcome(reserved, 'gone', 'it was given back meanwhile')
  const objected = compared.kind === 'different' ? compared.why : objection(reserved)
  const why = objected ?? (compared.kind === 'same' && compared.stats.mtimeMs > youngest ? 'it is too young' : null)
  if (why === null) return move(reserved, places)
  const { network, address } = reserved
  await journal.append({ event: 'not-released', network, address, why }).catch(() => {})
  return outcome(reserved, 'refused', why)
}

/** The intent is journalled first: if this process dies in between, the journal and the backup show what was done. */
async function move(reserved: Reserved, { store, backup, journal }: Places): Promise<Outcome> {
  const { network, address } = reserved
  try {
    await journal.append({ event: 'intent', reserved })
  } catch (error) {
    return outcome(reserved, 'refused', `the journal cannot be written: ${explain(error)}`)
  }
  try {
    await rename(store.at(address), backup.at(address))
    await Promise.all([store.sync(), backup.sync()])
  } catch (error) {
    await journal.append({ event: 'not-released', network, address, why: explain(error) }).catch(() => {})
    return outcome(reserved, 'failed', explain(error))
  }
  // A process that ignores the lock may have replaced the file; it must not be lost.
  if ((await statOf(backup, address))?.ino !== reserved.inode) return restore(reserved, { store, backup, journal })
  const failure = await journal.append({ event: 'released', network, address }).catch((error: unknown) => error)
  const note = failure === undefined ? '' : `the journal lacks its end: ${explain(failure)}; the backup holds the file`
  return outcome(reserved, 'released', note)
}

async function restore(reserved: Reserved, { store, backup, journal }: Places): Promise<Outcome> {
  const { network, address } = reserved
  const why = 'the file was exchanged by somebody who does not hold the lock'
  // Unlike rename(2), link(2) never replaces an existing file.
  await link(backup.at(address), store.at(address))
  await unlink(backup.at(address))
  await journal.append({ event: 'not-released', network, address, why }).catch(() => {})
  return outcome(reserved, 'refused', why)
}

/** Explains a system error to the user. */
export function explain(error: unknown): string {
  const code = codeOf(error)
  return words[code] ?? (code === '' ? messageOf(error) : `the node refuses it (${code})`)
}

const words: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk of the node is full',
  EDQUOT: 'the disk of the node is full',
  EROFS: 'the file system of the store is mounted read-only',
  EXDEV: 'the store is on another file system than its data directory',
  ELOOP: 'the store is a symbolic link, which is not followed',
  ENOTDIR: 'the store is no folder, or a symbolic link, which is not followed',
}
