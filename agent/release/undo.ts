import { link, unlink } from 'node:fs/promises'
import type { Done, Outcome, Reserved, UndoOrder } from '../../shared/protocol/release.ts'
import { codeOf } from '../host/failures.ts'
import { intendedIn, withRun } from './archive.ts'
import { type Folder, withFolder } from './folder.ts'
import { type Journal, openJournal, readJournal } from './journal.ts'
import { withLock } from './lock.ts'
import { explain } from './release.ts'
import { compareReservation, statOf } from './reservation.ts'
import { outcome, type Places, pauseMs, turnsOf, type Work } from './work.ts'

/** Restores the reservations of an earlier run whose addresses are still free. Throws Refusal for an unknown run. */
export async function undo(order: UndoOrder, work: Work): Promise<Done> {
  return withRun(work.root, order.run, async run => {
    const intended = intendedIn(await readJournal(run))
    const journal = await openJournal(run, work.now)
    try {
      for (const { network, turn } of turnsOf(intended)) {
        if (work.signal.aborted) return { runs: [], stopped: 'the connection was lost' }
        const outcomes = await undoTurn({ network, turn, lockMs: order.lockMs }, { ...work, run, journal })
        for (const outcome of outcomes) await work.tell(outcome)
        await work.pause(pauseMs)
      }
      return { runs: [], stopped: null }
    } finally {
      await journal.close()
    }
  })
}

interface Turn {
  readonly network: string
  readonly turn: readonly Reserved[]
  readonly lockMs: number
}

async function undoTurn(
  { network, turn, lockMs }: Turn,
  { root, run, journal, programs }: Work & { readonly run: Folder; readonly journal: Journal },
): Promise<readonly Outcome[]> {
  const decided: Outcome[] = []
  try {
    await withFolder(run.at(network), backup =>
      withFolder(root.at(network), store =>
        withLock(store, { waitMs: lockMs, programs }, async () => {
          for (const reserved of turn) decided.push(await putBack(reserved, { store, backup, journal }))
        }),
      ),
    )
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? `the store of network ${network} is not there any more` : explain(error)
    decided.push(...turn.slice(decided.length).map(each => outcome(each, 'failed', why)))
  }
  return decided
}

async function putBack(reserved: Reserved, { store, backup, journal }: Places): Promise<Outcome> {
  const { network, address } = reserved
  const kept = await compareReservation(backup, reserved)
  if (kept.kind === 'gone') return outcome(reserved, 'gone', 'it is not in the backup')
  if (kept.kind === 'different') return outcome(reserved, 'refused', `the backup was changed: ${kept.why}`)
  try {
    // Unlike rename(2), link(2) never replaces an existing file.
    await link(backup.at(address), store.at(address))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    // An undo that was interrupted between the two steps has already linked the file.
    const isOwn = (await statOf(store, address))?.ino === reserved.inode
    if (!isOwn) return outcome(reserved, 'taken', 'the address was reserved again')
  }
  await store.sync()
  await unlink(backup.at(address))
  await journal.append({ event: 'put-back', network, address }).catch(() => {})
  return outcome(reserved, 'put-back', '')
}
