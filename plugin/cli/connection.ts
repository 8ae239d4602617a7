import type { Connection } from '../kube/port.ts'
import type { Io } from './io.ts'
import type { ClusterOptions } from './options.ts'

/** Limits in ms for one API request; never so short that cleanup becomes impossible. */
const requestMs = { least: 3_000, most: 20_000 } as const

/** Connects to the chosen cluster and closes the connection when `use` is done. Throws NetcheckError. */
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

/** Awaits work that needs no cleanup; an interruption ends the wait at once. */
export function untilInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const interruption = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  return Promise.race([work, interruption])
}
