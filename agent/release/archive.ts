import { mkdir, readdir } from 'node:fs/promises'
import type { RunSummary } from '../../shared/protocol/release.ts'
import { codeOf, Refusal } from '../host/failures.ts'
import { type Folder, makeFolder, withFolder } from './folder.ts'
import { type JournalLine, readJournal } from './journal.ts'
import { statOf } from './reservation.ts'

/**
 * Backups are kept in this folder of the data directory, by run, network and address. It is beside the networks and not
 * inside one, because host-local searches every folder of its store for containers; no network's name begins with a
 * dot.
 */
const archiveName = '.netcheck'

const runPattern = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/
const mostRuns = 256

/** Makes the folder of a new run. Throws system errors. */
export async function withNewRun<T>(root: Folder, run: string, use: (folder: Folder) => Promise<T>): Promise<T> {
  await makeFolder(root, archiveName)
  return withFolder(root.at(archiveName), async archive => {
    if (!(await archive.isPrivate()))
      throw new Refusal('denied', `others may write to ${archiveName} of the data directory`)
    await mkdir(archive.at(run), 0o700)
    await archive.sync()
    return withFolder(archive.at(run), use)
  })
}

/** Opens the folder of an earlier run. Throws Refusal when there is none. */
export async function withRun<T>(root: Folder, run: string, use: (folder: Folder) => Promise<T>): Promise<T> {
  try {
    return await withFolder(root.at(archiveName), archive => withFolder(archive.at(run), use))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new Refusal('missing', `there is no run ${run}`)
    throw error
  }
}

/** The newest runs, newest first. */
export async function listRuns(root: Folder): Promise<readonly RunSummary[]> {
  const names = await readdir(root.at(archiveName)).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  })
  const runs = names
    .filter(name => runPattern.test(name))
    .sort()
    .reverse()
    .slice(0, mostRuns)
  const summaries: RunSummary[] = []
  for (const run of runs) summaries.push(await withRun(root, run, folder => summarise(run, folder)))
  return summaries
}

/** The contents of a backup are read from its folder, never from the journal. */
async function summarise(run: string, folder: Folder): Promise<RunSummary> {
  const lines = await readJournal(folder)
  const kept: { network: string; address: string }[] = []
  for (const { network, address } of intendedIn(lines)) {
    if (await isKept(folder, { network, address })) kept.push({ network, address })
  }
  const count = (event: JournalLine['event']) => lines.filter(line => line.event === event).length
  return {
    run,
    kept,
    putBack: count('put-back'),
    refused: count('not-released') + count('not-removed'),
    complete: lines.some(({ event }) => event === 'end'),
  }
}

/** Reservations that a run intended to move. */
export const intendedIn = (lines: readonly JournalLine[]) =>
  lines.flatMap(line => (line.event === 'intent' ? [line.reserved] : []))

async function isKept(folder: Folder, { network, address }: { network: string; address: string }): Promise<boolean> {
  const found = await statOf(folder, network)
  if (!found?.isDirectory()) return false
  return withFolder(folder.at(network), async backup => (await statOf(backup, address)) !== null)
}
