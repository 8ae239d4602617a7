import type { IncomingHttpHeaders, IncomingHttpStatusHeader } from 'node:http2'
import type { Reason } from '../../shared/reading.ts'

/** A call that ended with a gRPC status other than OK. */
export class GrpcError extends Error {
  readonly reason: Reason
  private constructor(reason: Reason, message: string) {
    super(message)
    this.reason = reason
  }

  /** The error in a call's headers and trailers, or null for status OK. */
  static from(headers: IncomingHttpHeaders & IncomingHttpStatusHeader): GrpcError | null {
    const status = headers['grpc-status']
    if (status === '0') return null
    if (typeof status !== 'string') {
      const http = headers[':status']
      // A proxy that routes by path answers 404 for a service it does not know.
      return new GrpcError(http === 404 ? 'unsupported' : 'failed', `it speaks no gRPC (HTTP status ${http ?? 'none'})`)
    }
    return new GrpcError(reasons[status] ?? 'failed', `${decodePercent(headers['grpc-message'])} (status ${status})`)
  }
}

/**
 * Reasons for the status codes DEADLINE_EXCEEDED, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNIMPLEMENTED and
 * UNAUTHENTICATED.
 */
const reasons: Readonly<Record<string, Reason>> = {
  4: 'timeout',
  7: 'denied',
  8: 'too-large',
  12: 'unsupported',
  16: 'denied',
}

function decodePercent(text: string | string[] | undefined): string {
  try {
    return decodeURIComponent(String(text ?? 'no message'))
  } catch {
    return String(text)
  }
}
