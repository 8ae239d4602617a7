import { messageOf } from '../../shared/errors.ts'
import type { Connection } from '../kube/port.ts'
import { deploy } from './deploy.ts'
import { startHeartbeat } from './heartbeat.ts'
import type { RunPlan } from './plan.ts'
import { type RemoveOptions, remove } from './remove.ts'

export interface AgentsOptions {
  readonly connection: Connection
  /** Leaves the agents where they are until their deadline. */
  readonly keep: boolean
  /** One sentence about something that went wrong and does not end the run. */
  readonly onNotice: (message: string) => void
}

/** Creates what a run needs, keeps it alive while `work` lasts, and removes it again, whatever happens. */
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

/** Removal never replaces the result or the error of the run; what remains is said. */
async function clear({ connection, onNotice }: AgentsOptions, plan: RunPlan): Promise<void> {
  try {
    const remaining = await remove(connection.writer, plan, patience)
    if (remaining.length > 0) onNotice(`still being removed: ${remaining.join(', ')}`)
  } catch (error) {
    onNotice(messageOf(error))
  }
}

/** About five seconds. */
export const patience: RemoveOptions = { looks: 33, pause: () => new Promise(resolve => setTimeout(resolve, 150)) }

function repeat(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms)
  return () => clearInterval(timer)
}
