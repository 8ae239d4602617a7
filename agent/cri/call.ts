import type { CriCall } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'
import { ok, type Reading, type Unavailable, unavailable } from '../../shared/reading.ts'
import { guard, Refusal } from '../host/failures.ts'
import type { Mounts } from '../host/mounts.ts'
import { withPinned } from '../host/pin.ts'
import { callUnary } from './grpc.ts'
import { GrpcError } from './grpc-error.ts'
import { decodeMessage } from './protobuf.ts'
import { criRequests, criServices } from './requests.ts'

/** Sends a call to the first socket on which a container runtime answers. Socket paths are paths on the host. */
export async function callRuntime(
  mounts: Mounts,
  sockets: readonly string[],
  call: CriCall,
): Promise<Reading<unknown>> {
  let foreign: Unavailable | null = null
  for (const socket of sockets) {
    const reading = await callSocket(mounts, socket, call)
    if (reading.status === 'ok' || !isElsewhere(reading)) return reading
    if (reading.reason !== 'missing') foreign ??= reading
  }
  const places = sockets.length > 0 ? sockets.join(', ') : 'any known socket'
  return foreign ?? unavailable('missing', `no container runtime listens on ${places}`)
}

/** Nothing listens on this socket, or it is not a Kubernetes container runtime: try the next socket. */
const isElsewhere = ({ reason }: Unavailable): boolean => reason === 'missing' || reason === 'unsupported'

const callSocket = (mounts: Mounts, socket: string, call: CriCall): Promise<Reading<unknown>> =>
  guard(socket, () =>
    withPinned(mounts, { path: socket, followLast: true }, async ({ path, stats }) => {
      if (!stats.isSocket()) throw new Refusal('failed', `${socket} is no socket`)
      try {
        return ok(await ask(path, call))
      } catch (error) {
        throw error instanceof GrpcError ? new Refusal(error.reason, `${socket}: ${error.message}`) : error
      }
    }),
  )

async function ask(socket: string, call: CriCall): Promise<unknown> {
  const { method, body, reply } = criRequests[call]
  const [service, older] = criServices
  const perform = (name: string) =>
    callUnary({ socket, path: `/${name}/${method}`, body, timeoutMs: limits.criMs, mostBytes: limits.criBytes })
  const bytes = await perform(service).catch(error => {
    if (error instanceof GrpcError && error.reason === 'unsupported') return perform(older)
    throw error
  })
  return decodeMessage(reply, bytes)
}
