import type { Connection } from '../kube/port.ts'
import type { Io } from './io.ts'
import type { ClusterOptions } from './options.ts'

/** Milliseconds for one request to the API server. */
const requestTimeoutMs = 20_000

/** Connects to the cluster that the options choose, closes the connection when `use` is done. Throws NetcheckError. */
export async function withConnection<T>(
  { kubeconfig, context, as, asGroup }: ClusterOptions,
  { io, use }: { io: Io; use: (connection: Connection) => Promise<T> },
): Promise<T> {
  const { connect } = await import('../kube/client.ts')
  const connection = await connect({ kubeconfig, context, as, asGroup, requestTimeoutMs, env: io.env })
  try {
    return await use(connection)
  } finally {
    connection.close()
  }
}
