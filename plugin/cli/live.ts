import type { NodeSnapshot } from '../../shared/snapshot.ts'
import { oneLine } from '../../shared/text.ts'
import { readNodes } from '../agents/run.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import type { Connection } from '../kube/port.ts'
import { readCluster } from '../kube/read-cluster.ts'
import { deniedParts } from '../model/denied-parts.ts'
import { neededClusterParts, neededParts } from '../model/needed-parts.ts'
import { agentRun } from './agent-run.ts'
import { chooseApiNodes, listNodes } from './api-nodes.ts'
import { readAgent } from './assets.ts'
import type { Options } from './command.ts'
import { untilInterrupted, withConnection } from './connection.ts'
import { describeProgress } from './describe-progress.ts'
import type { Io } from './io.ts'
import type { JudgeRequest } from './judge.ts'
import type { NodeChoice } from './nodes.ts'
import { parseAgentOptions, parseClusterOptions } from './options.ts'
import { type Probing, planAll, probeScene } from './probing.ts'

interface LiveRun {
  readonly options: Options
  readonly choice: NodeChoice
  readonly io: Io
  /** Determines which parts are read. */
  readonly request: Pick<JudgeRequest, 'checks' | 'shown' | 'shownCluster'>
  /** False reads the API only. */
  readonly withAgents: boolean
  /** Active probes; none when null or not given. */
  readonly probing?: Probing | null
  /** Prints the result and returns the exit code. */
  readonly print: (snapshot: Snapshot) => number
}

/**
 * Reads the cluster through the API and agents, and prints the result before the agents are removed, so that the user
 * does not wait for cleanup. Returns the exit code. Throws NetcheckError.
 */
export async function readLive(run: LiveRun): Promise<number> {
  const { options, io } = run
  const cluster = parseClusterOptions(options)
  const { timeoutMs } = parseAgentOptions(options)
  return withConnection(cluster, { io, timeoutMs, use: connection => readThrough(connection, run) })
}

async function readThrough(connection: Connection, run: LiveRun): Promise<number> {
  const { options, choice, io, request, withAgents, print } = run
  const agents = agentRun(options, io)
  const known = await untilInterrupted(listNodes(connection.kube), io.signal)
  const nodes = chooseApiNodes(known, choice)
  const api = readCluster(connection.kube, {
    wanted: [
      ...neededClusterParts(request.checks),
      ...(request.shownCluster ?? []),
      ...(run.probing ? probeScene : []),
    ],
    now: io.now,
  })
  let printed: Promise<number> | undefined
  const finish = async (read: readonly NodeSnapshot[]): Promise<number> => {
    const denied = agents.privileges === 'reduced' ? deniedParts(read) : []
    if (denied.length > 0) io.note(`note: denied in part: ${denied.join(', ')}; --agent-privileges full reads all`)
    const { version, parts } = await api
    return print({ takenAt: new Date(io.now()).toISOString(), version, cluster: parts, nodes: read })
  }
  if (!withAgents) return untilInterrupted(finish(nodes.map(withoutAgent)), io.signal)
  const agentGzip = await readAgent(io.assets)
  const probes = run.probing ? planAll((await untilInterrupted(api, io.signal)).parts, run.probing) : undefined
  try {
    const read = await readNodes({
      ...agents,
      connection,
      nodes,
      agentGzip,
      isEveryNode: nodes.length === known.length,
      parts: neededParts(request.checks, request.shown),
      ...(probes ? { probes } : {}),
      onProgress: progress => io.progress(describeProgress(progress)),
      onNode: node => node.status === 'not-read' && io.note(`${node.name} not read: ${oneLine(node.why, 600)}`),
      onGathered: gathered => {
        printed = finish(gathered)
        // Awaited after the removal; until then an unhandled rejection would end the process.
        printed.catch(() => {})
      },
    })
    return await (printed ?? finish(read))
  } finally {
    io.progress(null)
  }
}

/** A node that is known from the API only. */
export const withoutAgent = ({ name }: ApiNode): NodeSnapshot => ({
  name,
  status: 'not-read',
  why: 'no agent was sent (--no-agent)',
})
