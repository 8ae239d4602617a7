import { messageOf, NetcheckError } from '../../shared/errors.ts'
import { parts as definitions } from '../../shared/gen/parts.ts'
import { limits } from '../../shared/limits.ts'
import type { ProbeTarget } from '../../shared/protocol/probes.ts'
import { isOk } from '../../shared/reading.ts'
import type { NodeSnapshot, PartName } from '../../shared/snapshot.ts'
import { compareText } from '../../shared/text.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Progress } from './board.ts'
import { gather } from './gather.ts'
import { makePlan } from './make-plan.ts'
import type { Recorder } from './node-files.ts'
import type { RunPlan } from './plan.ts'
import { preflight } from './preflight.ts'
import { sweep } from './sweep.ts'
import { chooseTargets } from './targets.ts'
import { patience, type RunSettings, withAgents } from './with-agents.ts'

/** What a run of agents reads, and its settings. */
export interface ReadNodesOptions extends RunSettings {
  /** Nodes to read, as the API knows them. */
  readonly nodes: readonly ApiNode[]
  /** Whether these are all nodes of the cluster; then the DaemonSet names none. */
  readonly isEveryNode: boolean
  /** Time limit for one node in ms. */
  readonly nodeTimeoutMs: number
  /** Parts to read; the default is all. */
  readonly parts?: readonly PartName[]
  /** Probe targets by node name; no probes when not given. */
  readonly probes?: ReadonlyMap<string, readonly ProbeTarget[]> | undefined
  /** Records what the agents read; nothing when not given. */
  readonly recorder?: Recorder | undefined
  /** Seconds that the objects outlive this process; the default is 120. */
  readonly ttlSeconds?: number
  readonly onProgress: (progress: Progress) => void
  readonly onNode: (snapshot: NodeSnapshot) => void
  /** Called when every node is read or given up, before the removal. */
  readonly onGathered?: (snapshots: readonly NodeSnapshot[]) => void
}

/**
 * Deploys agents, reads the nodes and removes everything again, whatever happens. Returns one snapshot per node, sorted
 * by name. Throws NetcheckError: NO_NODES, API_DENIED, ADMISSION, INTERRUPTED and errors of the API.
 */
export async function readNodes(options: ReadNodesOptions): Promise<readonly NodeSnapshot[]> {
  const { connection, namespace, signal } = options
  const { targets, skipped } = chooseTargets(options.nodes)
  const plan = await planRun(options, options.isEveryNode ? null : targets.map(({ name }) => name))
  await preflight(connection.writer, plan)
  throwIfInterrupted(signal)
  const sweeping = clearLeftovers(options)
  const notRead = skipped.map(({ name, why }): NodeSnapshot => ({ name, status: 'not-read', why }))
  for (const node of notRead) options.onNode(node)
  const work = async () => {
    throwIfInterrupted(signal)
    const { runId, token } = plan
    const read = await gather(connection, {
      ...options,
      run: { runId, namespace, token },
      targets,
      parts: options.parts ?? allParts,
      partMs: Math.min(options.recorder ? recordedPartMs : limits.partMs, options.nodeTimeoutMs),
      graceMs: 4_000,
      eventsMs: 2_000,
    })
    const snapshots = sortByName([...read, ...notRead])
    options.onGathered?.(snapshots)
    return snapshots
  }
  try {
    return await withAgents(options, plan, work)
  } finally {
    await sweeping
  }
}

async function planRun(options: ReadNodesOptions, nodes: readonly string[] | null): Promise<RunPlan> {
  const { connection, namespace, image, pullSecrets, privileges, ttlSeconds } = options
  const { agentGzip, bootstrap, randomBytes } = options
  const version = await connection.kube.version()
  if (!isOk(version)) {
    throw new NetcheckError('API_UNREACHABLE', `the API server does not tell its version: ${version.detail}`, {
      ...(version.hint === undefined ? {} : { hint: version.hint }),
    })
  }
  const given = { namespace, image, pullSecrets, privileges, agentGzip, bootstrap, randomBytes, ttlSeconds, nodes }
  return makePlan({ ...given, serverVersion: version.value, now: options.now() })
}

/** When recording, a part also waits until its files are sent. */
const recordedPartMs = 60_000

// Object.keys loses the key type of the registry.
const allParts = Object.keys(definitions) as PartName[]

async function clearLeftovers({ connection, namespace, now, onNotice }: ReadNodesOptions): Promise<void> {
  try {
    const { runs } = await sweep(connection.writer, { ...patience, looks: 1, namespace, all: false, now: now() })
    if (runs.length > 0)
      onNotice(`removed what ${runs.length === 1 ? 'an earlier run' : `${runs.length} earlier runs`} left behind`)
  } catch (error) {
    onNotice(`leftovers of earlier runs were not looked for: ${messageOf(error)}`)
  }
}

const sortByName = (snapshots: readonly NodeSnapshot[]): readonly NodeSnapshot[] =>
  [...snapshots].sort((a, b) => compareText(a.name, b.name))

function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new NetcheckError('INTERRUPTED', 'interrupted before any node was read')
}
