import type { Done, Outcome, ReleaseRequest } from '../../shared/protocol/release.ts'
import { oneLine } from '../../shared/text.ts'
import { runRelease } from '../agents/release-run.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import type { Connection } from '../kube/port.ts'
import { agentRun } from './agent-run.ts'
import { readReleaseAgent } from './assets.ts'
import type { Options } from './command.ts'
import { withConnection } from './connection.ts'
import type { Io } from './io.ts'
import type { JudgeRequest } from './judge.ts'
import { parseAgentOptions, parseClusterOptions } from './options.ts'

interface Asked {
  readonly options: Options
  readonly io: Io
  readonly node: string
}

/** Reads one node without judging it. */
export async function readOneNode({ options, io, node }: Asked, shown: JudgeRequest['shown']): Promise<Snapshot> {
  const { readLive } = await import('./live.ts')
  const seen: Snapshot[] = []
  const print = (snapshot: Snapshot): number => seen.push(snapshot)
  const choice = { names: [node], selector: undefined }
  await readLive({ options, choice, io, request: { checks: [], shown }, withAgents: true, print })
  const [snapshot] = seen
  if (!snapshot) throw new Error('a node was read and not handed over')
  return snapshot
}

/** Outcomes of a release run and its end. */
export interface Heard {
  readonly outcomes: readonly Outcome[]
  readonly done: Done
}

/** Runs a request on a release agent. Throws NetcheckError, after noting how many outcomes arrived before. */
export function askAgent({ options, io, node }: Asked, dataDir: string, request: ReleaseRequest): Promise<Heard> {
  const cluster = parseClusterOptions(options)
  const { timeoutMs } = parseAgentOptions(options)
  const use = (connection: Connection) => hold({ options, io, node }, { dataDir, request, connection })
  return withConnection(cluster, { io, timeoutMs, use })
}

interface Run {
  readonly dataDir: string
  readonly request: ReleaseRequest
  readonly connection: Connection
}

async function hold({ options, io, node }: Asked, { dataDir, request, connection }: Run): Promise<Heard> {
  const outcomes: Outcome[] = []
  try {
    const done = await runRelease({
      ...agentRun(options, io),
      connection,
      node,
      dataDir,
      request,
      agentGzip: await readReleaseAgent(io.assets),
      onOutcome: outcome => outcomes.push(outcome),
      onStep: step => io.progress(`${node}: ${oneLine(step, 80)}`),
    })
    return { outcomes, done }
  } catch (error) {
    if (request.action === 'remove-namespaces') io.note(`note: ${outcomes.length} namespaces were decided before`)
    else if (request.action !== 'runs')
      io.note(`note: ${outcomes.length} addresses were decided before; ipam undo --node ${node} tells what was done`)
    throw error
  } finally {
    io.progress(null)
  }
}
