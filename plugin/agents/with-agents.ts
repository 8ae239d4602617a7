import { setTimeout as pause } from 'node:timers/promises'
import { messageOf } from '../../shared/errors.ts'
import type { Connection } from '../kube/port.ts'
import { deploy } from './deploy.ts'
import { startHeartbeat } from './heartbeat.ts'
import type { AgentPrivileges, RunPlan } from './plan.ts'
import { type RemoveOptions, remove } from './remove.ts'

/** Settings for creating and removing the objects of a run. */
export interface AgentsOptions {
  readonly connection: Connection
  /** Leaves the agents running until their deadline. */
  readonly keep: boolean
  /** Called with one sentence about a problem that does not end the run. */
  readonly onNotice: (message: string) => void
}

/** Settings of every run of agents, whatever it is for. */
export interface RunSettings extends AgentsOptions {
  readonly namespace: string
  readonly image: string
  readonly pullSecrets: readonly string[]
  readonly privileges: AgentPrivileges
  /** The bundled agent, gzip, and the source that starts it. */
  readonly agentGzip: Uint8Array
  readonly bootstrap: string
  /** Time limit for the whole run in ms. */
  readonly timeoutMs: number
  /** Stops the run; what was created is still removed. */
  readonly signal: AbortSignal
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly randomBytes: (count: number) => Uint8Array
}

/** Creates the objects of a run, keeps them alive while `work` runs and always removes them again. */
export async function withAgents<T>(options: AgentsOptions, plan: RunPlan, work: () => Promise<T>): Promise<T> {
  const { connection, keep, onNotice } = options
  const start = performance.now()
  const stopHeart = startHeartbeat(connection.writer, plan, {
    elapsedMs: () => performance.now() - start,
    every: repeat,
    onFailure: onNotice,
  })
  try {
    await deploy(connection.writer, plan)
    return await work()
  } finally {
    stopHeart()
    if (!keep) await clear(options, plan)
  }
}

/** A failed removal never replaces the result or error of the run; it is only reported. */
async function clear({ connection, onNotice }: AgentsOptions, plan: RunPlan): Promise<void> {
  try {
    const remaining = await remove(connection.writer, plan, patience)
    if (remaining.length > 0) onNotice(`still being removed: ${remaining.join(', ')}`)
  } catch (error) {
    onNotice(messageOf(error))
  }
}

/** About five seconds. */
export const patience: RemoveOptions = { looks: 33, pause: () => pause(150) }

function repeat(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms)
  return () => clearInterval(timer)
}
