import { messageOf, NetcheckError } from '../../shared/errors.ts'
import { oneLine } from '../../shared/text.ts'
import { ApiError } from './errors.ts'

/** The error for a request without any answer. */
export function networkError(error: unknown, server: string): ApiError {
  if (error instanceof ApiError) return error
  // Getting credentials failed before anything was sent.
  if (error instanceof NetcheckError) {
    const hint = error.hint === undefined ? {} : { hint: error.hint }
    return new ApiError(error.code, error.message, { ...hint, cause: error })
  }
  const code = networkCode(error)
  const text = oneLine(messageOf(innermost(error)))
  const known = explanations.find(({ pattern }) => pattern.test(`${code} ${text}`))
  return new ApiError('API_UNREACHABLE', `${known?.what ?? 'no connection to'} ${server}: ${text || code}`, {
    hint: known?.hint ?? 'check that the address is right and can be reached from here: kubectl cluster-info',
    cause: error,
  })
}

/** The error for a request that timed out. */
export const timeoutError = (what: string, ms: number): ApiError =>
  new ApiError('TIMEOUT', `${what} did not answer within ${ms / 1_000} s`, {
    hint: 'the API server is slow or cannot be reached: check VPN, firewall and --request-timeout',
  })

/** In order of precedence. */
const explanations = [
  {
    pattern: /bad response: \d+|proxy/i,
    what: 'the proxy refused the connection to',
    hint: 'check proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY',
  },
  {
    pattern: /ENOTFOUND|EAI_AGAIN/,
    what: 'no address is known for',
    hint: 'check the server of the context and the name resolution of this machine',
  },
  {
    pattern: /wrong version number|HPE_|EPROTO.*http|packet length too long/i,
    what: 'no TLS is spoken by',
    hint: 'the server of the context may need http:// or another port',
  },
  {
    pattern: /CERT_|CERTIFICATE|ERR_TLS|ERR_SSL|UNABLE_TO|SELF_SIGNED|altname|issuer/i,
    what: 'TLS failed with',
    hint: 'check certificate-authority, client-certificate and tls-server-name in the kubeconfig',
  },
] as const

function networkCode(error: unknown): string {
  const inner = innermost(error)
  return inner instanceof Error && 'code' in inner ? String(inner.code) : ''
}

/** An AggregateError of several addresses; the first one is enough. */
function innermost(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error
}
