import type { Done } from '../../shared/protocol/release.ts'
import { withNewRun } from './archive.ts'
import type { Folder } from './folder.ts'
import { type Journal, openJournal } from './journal.ts'
import type { Work } from './work.ts'

/** A run that changes something: its folder, which holds the backup, and its journal. */
export interface Run extends Work {
  readonly run: Folder
  readonly journal: Journal
}

/**
 * Runs `act` as a new run with a journal: it records the beginning and, unless `act` reports why it stopped, the end.
 * Throws system errors when the journal cannot be created; then nothing was changed.
 */
export async function runJournalled(
  { run: name, asked }: { readonly run: string; readonly asked: number },
  work: Work,
  act: (run: Run) => Promise<string | null>,
): Promise<Done> {
  return withNewRun(work.root, name, async run => {
    const journal = await openJournal(run, work.now)
    try {
      await journal.append({ event: 'begin', asked })
      const stopped = await act({ ...work, run, journal })
      if (stopped === null) await journal.append({ event: 'end' })
      return { runs: [], stopped }
    } finally {
      await journal.close()
    }
  })
}
