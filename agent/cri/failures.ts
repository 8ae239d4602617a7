import { Code, ConnectError } from '@connectrpc/connect'
import type { Reason, Unavailable } from '../../shared/reading.ts'
import { unavailable } from '../../shared/reading.ts'
import { codeOf, explain } from '../host/failures.ts'

/** The reason behind a failed call to the runtime's socket. */
export function explainCall(socket: string, error: unknown): Unavailable {
  if (!(error instanceof ConnectError)) return explain(socket, error)
  if (codeOf(error.cause) !== '' && error.code === Code.Unavailable) return explain(socket, error.cause)
  return unavailable(reasons[error.code] ?? 'failed', `${socket}: ${error.message}`)
}

/** True when the runtime speaks, but not this version of the interface. */
export const isUnimplemented = (error: unknown): boolean =>
  error instanceof ConnectError && error.code === Code.Unimplemented

const reasons: Readonly<Partial<Record<Code, Reason>>> = {
  [Code.PermissionDenied]: 'denied',
  [Code.Unauthenticated]: 'denied',
  [Code.DeadlineExceeded]: 'timeout',
  [Code.ResourceExhausted]: 'too-large',
  [Code.Unimplemented]: 'unsupported',
}
