import { setTimeout as pause } from 'node:timers/promises'
import type { Host } from '../../shared/host.ts'
import type { Done, Outcome, ReleaseRequest } from '../../shared/protocol/release.ts'
import { listRuns } from './archive.ts'
import { withFolder } from './folder.ts'
import { flockPrograms } from './lock.ts'
import { type NamespaceHost, namespaceHost } from './namespace-host.ts'
import { explain, release } from './release.ts'
import { removeNamespaces } from './remove-namespaces.ts'
import { undo } from './undo.ts'
import { askRuntime, askWitnesses } from './witnesses.ts'
import type { Work } from './work.ts'

/** Environment of a release agent: its one writable mount, and the host it reads. */
export interface ReleaseSetup {
  /** The data directory of host-local, as this process reaches it. */
  readonly folder: string
  readonly hostRoot: string
  /** Opens a host with an empty cache. */
  readonly openHost: () => Host
  /** The host’s mount namespace; by default that of its first process. */
  readonly namespaces?: NamespaceHost
}

/** The session that a request belongs to. */
export interface ReleaseSession {
  readonly tell: (outcome: Outcome) => Promise<void>
  readonly signal: AbortSignal
}

/** Serves one request to a release agent. An error that stopped the request as a whole is part of the answer. */
export async function serveRelease(
  request: ReleaseRequest,
  { folder, hostRoot, openHost, namespaces = namespaceHost() }: ReleaseSetup,
  { tell, signal }: ReleaseSession,
): Promise<Done> {
  const common = {
    programs: flockPrograms(hostRoot),
    askWitnesses: () => askWitnesses(openHost()),
    askRuntime: () => askRuntime(openHost()),
    namespaces,
    tell,
    signal,
    now: Date.now,
    pause: (ms: number) => pause(ms),
  }
  try {
    return await withFolder(folder, root => perform(request, { ...common, root }))
  } catch (error) {
    return { runs: [], stopped: explain(error) }
  }
}

async function perform(request: ReleaseRequest, work: Work): Promise<Done> {
  if (request.action === 'release') return release(request, work)
  if (request.action === 'remove-namespaces') return removeNamespaces(request, work)
  if (request.action === 'undo') return undo(request, work)
  return { runs: [...(await listRuns(work.root))], stopped: null }
}
