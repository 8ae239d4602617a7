import { createConnection } from 'node:net'
import type { Transport } from '@connectrpc/connect'
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node'
import type { CriCall } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'
import { ok, type Reading, type Unavailable, unavailable } from '../../shared/reading.ts'
import { guard, Refusal } from '../host/failures.ts'
import type { Mounts } from '../host/mounts.ts'
import { withPinned } from '../host/pin.ts'
import { explainCall, isUnimplemented } from './failures.ts'
import { type CriRequest, criRequests, criVersions } from './requests.ts'

/** Asks the first of the sockets behind which a runtime answers. Sockets are paths of the host. */
export async function callRuntime(
  mounts: Mounts,
  sockets: readonly string[],
  call: CriCall,
): Promise<Reading<unknown>> {
  let foreign: Unavailable | null = null
  for (const socket of sockets) {
    const reading = await callSocket(mounts, socket, criRequests[call])
    if (reading.status === 'ok' || !isElsewhere(reading)) return reading
    if (reading.reason !== 'missing') foreign ??= reading
  }
  return foreign ?? unavailable('missing', `no container runtime listens on ${sockets.join(', ')}`)
}

/** Nobody is there, or somebody who is no container runtime for Kubernetes: another socket may have it. */
const isElsewhere = ({ reason }: Unavailable): boolean => reason === 'missing' || reason === 'unsupported'

const callSocket = (mounts: Mounts, socket: string, request: CriRequest): Promise<Reading<unknown>> =>
  guard(socket, () =>
    withPinned(mounts, { path: socket, followLast: true }, async ({ path, stats }) => {
      if (!stats.isSocket()) throw new Refusal('failed', `${socket} is no socket`)
      return callPath(socket, path, request)
    }),
  )

async function callPath(socket: string, path: string, request: CriRequest): Promise<Reading<unknown>> {
  const baseUrl = 'http://localhost'
  const sessionManager = new Http2SessionManager(baseUrl, {}, { createConnection: () => createConnection(path) })
  const transport = createGrpcTransport({ baseUrl, sessionManager, readMaxBytes: limits.criBytes })
  try {
    return ok(await ask(transport, request))
  } catch (error) {
    return explainCall(socket, error)
  } finally {
    sessionManager.abort()
  }
}

/** Runtimes of before 2022 know only the older name. */
async function ask(transport: Transport, request: CriRequest): Promise<unknown> {
  const [current, older] = criVersions
  try {
    return await request(transport, current)
  } catch (error) {
    if (!isUnimplemented(error)) throw error
    return request(transport, older)
  }
}
