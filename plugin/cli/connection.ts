import type { Connection } from '../kube/port.ts'
import type { Io } from './io.ts'
import type { ClusterOptions } from './options.ts'

/** Milliseconds that one request to the API server has; never so few that the cleaning up could not be done. */
const requestMs = { least: 3_000, most: 20_000 } as const

/** Connects to the cluster that the options choose, closes the connection when `use` is done. Throws NetcheckError. */
export async function withConnection<T>(
  { kubeconfig, context, as, asGroup }: ClusterOptions,
  { io, use, timeoutMs = requestMs.most }: { io: Io; use: (connection: Connection) => Promise<T>; timeoutMs?: number },
): Promise<T> {
  const { connect } = await import('../kube/client.ts')
  const requestTimeoutMs = Math.max(requestMs.least, Math.min(timeoutMs, requestMs.most))
  const connection = await connect({ kubeconfig, context, as, asGroup, requestTimeoutMs, env: io.env })
  try {
    return await use(connection)
  } finally {
    connection.close()
  }
}

/** Waits for something that has nothing to clean up; an interruption ends the waiting at once. */
export function untilInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const interruption = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  return Promise.race([work, interruption])
}
