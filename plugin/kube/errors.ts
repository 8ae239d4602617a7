import * as z from 'zod/mini'
import { type ErrorCode, NetcheckError } from '../../shared/errors.ts'
import { type Reason, type Unavailable, unavailable } from '../../shared/reading.ts'
import { oneLine } from '../../shared/text.ts'

/** A non-success answer of the API server, or none. `status` is null without an answer. */
export class ApiError extends NetcheckError {
  readonly status: number | null
  /** `reason` of the server's Status object, such as `AlreadyExists`; empty without one. */
  readonly reason: string
  /** Milliseconds that the server asks to wait; null when it does not say. */
  readonly retryAfterMs: number | null
  /** What the server sent, at most 64 KiB; empty without an answer. */
  readonly body: string

  constructor(
    code: ErrorCode,
    message: string,
    more: {
      status?: number
      reason?: string
      retryAfterMs?: number | null
      hint?: string
      cause?: unknown
      body?: string
    } = {},
  ) {
    super(code, message, more)
    this.status = more.status ?? null
    this.reason = more.reason ?? ''
    this.retryAfterMs = more.retryAfterMs ?? null
    this.body = more.body ?? ''
  }
}

interface Refusal {
  readonly status: number
  readonly body: string
  readonly retryAfter: string | undefined
  /** The request, such as `GET /api/v1/nodes`. */
  readonly request: string
  readonly server: string
}

/** The error for a reply with a status other than 2xx, in the server's own words if it gave any. */
export function refusalError({ status, body, retryAfter, request, server }: Refusal): ApiError {
  const words = parseStatus(body)
  if (!words) return foreignReply({ status, body, request, server })
  const message = oneLine(words.message || `status ${status}`, 2_000)
  const code = codeOf(status, message)
  return new ApiError(code, code === 'ADMISSION' ? message : `${request}: ${message}`, {
    status,
    body,
    reason: words.reason,
    retryAfterMs: retryAfterMs(retryAfter),
    hint: hintOf(status, message),
  })
}

/** The error for something that is not a Kubernetes API server: a login page, a proxy, another service. */
export function foreignReply({ status, body, request, server }: Omit<Refusal, 'retryAfter'>): ApiError {
  const what = /<html|<!doctype/i.test(body.slice(0, 1_000)) ? 'a web page' : 'no Kubernetes object'
  return new ApiError(status === 401 || status === 403 ? 'API_DENIED' : 'API_STATUS', foreignMessage(), {
    status,
    body,
    hint: 'a proxy or a log-in page may stand before the API server: check the server of the context, HTTPS_PROXY and NO_PROXY',
  })
  function foreignMessage(): string {
    const start = oneLine(body.replace(/<[^>]*>/g, ' '), 80)
    return `${server} answered ${request} with ${what} (status ${status}${start ? `: ${start}` : ''})`
  }
}

/** Converts an ApiError to an unavailable reading; rethrows anything else, which is a bug. */
export function readingOfError(error: unknown): Unavailable {
  if (!(error instanceof ApiError)) throw error
  const { hint } = error
  return { ...unavailable(readingReason(error), error.message), ...(hint === undefined ? {} : { hint }) }
}

/** Whether a resource version or continue token has expired (410 Gone). */
export const isExpired = (error: unknown): boolean => error instanceof ApiError && error.status === 410

/** Whether the error may be temporary: an overloaded or restarting server, a cut connection. */
export const isTransient = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.status === null ? error.code === 'API_UNREACHABLE' : [429, 500, 502, 503, 504].includes(error.status))

const statusSchema = z.object({
  kind: z.literal('Status'),
  message: z.optional(z.string()),
  reason: z.optional(z.string()),
})

function parseStatus(body: string): { readonly message: string; readonly reason: string } | null {
  try {
    const status = z.safeParse(statusSchema, JSON.parse(body))
    return status.success ? { message: status.data.message ?? '', reason: status.data.reason ?? '' } : null
  } catch {
    return body.length > 0 && body.length < 300 && !body.includes('<') ? { message: body, reason: '' } : null
  }
}

const admission =
  /admission webhook|violates PodSecurity|ValidatingAdmissionPolicy|security context constraint|exceeded quota|denied the request/

function codeOf(status: number, message: string): ErrorCode {
  if (admission.test(message)) return 'ADMISSION'
  return status === 401 || status === 403 ? 'API_DENIED' : 'API_STATUS'
}

function hintOf(status: number, message: string): string | undefined {
  if (admission.test(message))
    return 'ask the administrator for an exception in this namespace, or choose another with --agent-namespace'
  if (status === 401) return 'the credentials of this context are refused: log in again or choose another --context'
  if (status === 403 && message.includes('system:anonymous')) return 'this context has no credentials: log in again'
  if (status === 403) return 'ask the administrator for the rights in manifests/user-rbac.yaml'
  if (status === 429) return 'the API server is overloaded: try again later'
  return status >= 500 ? 'the API server has trouble: look at its log and at etcd' : undefined
}

function retryAfterMs(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,4}$/.test(header) ? Number(header) * 1_000 : null
}

function readingReason({ code, status }: ApiError): Reason {
  if (status === 401 || status === 403) return 'denied'
  if (status === 404 || status === 405) return 'unsupported'
  if (status === 413) return 'too-large'
  if (status === 200) return 'malformed'
  return code === 'TIMEOUT' ? 'timeout' : 'failed'
}
