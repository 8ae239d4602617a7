import type { IncomingHttpHeaders, IncomingHttpStatusHeader } from 'node:http2'
import type { Reason } from '../../shared/reading.ts'

/** A call that was answered with another status than OK. */
export class GrpcError extends Error {
  readonly reason: Reason
  private constructor(reason: Reason, message: string) {
    super(message)
    this.reason = reason
  }

  /** The error that headers and trailers of a call tell of, or null for OK. */
  static from(headers: IncomingHttpHeaders & IncomingHttpStatusHeader): GrpcError | null {
    const status = headers['grpc-status']
    if (status === '0') return null
    if (typeof status !== 'string') {
      const http = headers[':status']
      // Whoever routes by path knows no such service.
      return new GrpcError(http === 404 ? 'unsupported' : 'failed', `it speaks no gRPC (HTTP status ${http ?? 'none'})`)
    }
    return new GrpcError(reasons[status] ?? 'failed', `${decodePercent(headers['grpc-message'])} (status ${status})`)
  }
}

/** Status codes with a meaning of their own: deadline, permission, size, unknown method, no credentials. */
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
