import { messageOf, NetcheckError } from '../../shared/errors.ts'
import type { Done, Outcome, ReleaseRequest } from '../../shared/protocol/release.ts'
import { isOk } from '../../shared/reading.ts'
import { type KubeWriter, resources } from '../kube/port.ts'
import { AgentError } from './agent-error.ts'
import { makePlan } from './make-plan.ts'
import { openStream } from './node-reader.ts'
import { type RunPlan, runSelector } from './plan.ts'
import { readAgentPod } from './pod-state.ts'
import { preflight } from './preflight.ts'
import { holdReleaseSession } from './release-session.ts'
import { type RunSettings, withAgents } from './with-agents.ts'

/** What a release run is asked to do, and its settings; `agentGzip` is the release agent. */
export interface ReleaseRunOptions extends RunSettings {
  readonly node: string
  /** Data directory of host-local on the node. */
  readonly dataDir: string
  readonly request: ReleaseRequest
  readonly onOutcome: (outcome: Outcome) => void
  readonly onStep: (step: string) => void
}

/**
 * Runs a release agent on one node, with the data directory as its only writable mount, sends it a request and removes
 * it again. Throws NetcheckError; after PROTOCOL or TIMEOUT the journal on the node shows what was done.
 */
export async function runRelease(options: ReleaseRunOptions): Promise<Done> {
  const { connection, signal, timeoutMs } = options
  const plan = await planRelease(options)
  await preflight(connection.writer, plan)
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const work = () => hold(options, plan, deadline)
  try {
    return await withAgents(options, plan, work)
  } catch (error) {
    if (signal.aborted) throw new NetcheckError('INTERRUPTED', 'interrupted before all was decided', { cause: error })
    throw error instanceof AgentError ? asFailure(error) : error
  }
}

async function hold(options: ReleaseRunOptions, plan: RunPlan, signal: AbortSignal): Promise<Done> {
  const { connection, node, namespace, onStep, request, onOutcome } = options
  const pod = await findAgent(connection.writer, { plan, node, signal, onStep })
  const stream = await openStream(connection.writer, { namespace, pod, signal, onStep })
  onStep('asking the agent')
  return holdReleaseSession(stream, { token: plan.token, node, request, signal, onOutcome })
}

async function planRelease(options: ReleaseRunOptions): Promise<RunPlan> {
  const { connection, node, namespace, image, pullSecrets, privileges, agentGzip, bootstrap, randomBytes } = options
  requireDataDir(options.dataDir)
  const version = await connection.kube.version()
  if (!isOk(version))
    throw new NetcheckError('API_UNREACHABLE', `the API server does not tell its version: ${version.detail}`)
  return makePlan({
    namespace,
    image,
    pullSecrets,
    privileges,
    agentGzip,
    bootstrap,
    randomBytes,
    nodes: [node],
    release: { dataDir: options.dataDir, isWritable: options.request.action !== 'runs' },
    serverVersion: version.value,
    now: options.now(),
  })
}

/** The data directory comes from the node; a top-level folder cannot be a store. */
function requireDataDir(dataDir: string): void {
  const steps = dataDir.split('/').slice(1)
  const isFolder =
    dataDir.startsWith('/') && steps.length >= 2 && steps.every(step => step !== '' && !/^\.{1,2}$/.test(step))
  if (!isFolder) throw new NetcheckError('USAGE', `${dataDir} is not a data directory of host-local`)
}

interface Wanted {
  readonly plan: RunPlan
  readonly node: string
  readonly signal: AbortSignal
  readonly onStep: (step: string) => void
}

/** Waits for the agent's pod to run. Throws AgentError. */
async function findAgent(writer: KubeWriter, { plan, node, signal, onStep }: Wanted): Promise<string> {
  const target = { namespace: plan.namespace, labelSelector: runSelector(plan.runId), signal }
  let why = 'no agent was created'
  for await (const { object } of writer.watch(resources.pods, target)) {
    const pod = readAgentPod(object)
    if (pod?.node !== node) continue
    if (pod.state.kind === 'running') return pod.name
    why = pod.state.why
    if (pod.state.kind === 'failed') throw new AgentError('NOT_READY', why)
    onStep(why)
  }
  throw new AgentError('TIMEOUT', why)
}

const asFailure = (error: AgentError): NetcheckError =>
  new NetcheckError(error.code === 'TIMEOUT' ? 'TIMEOUT' : 'PROTOCOL', messageOf(error), { cause: error })
