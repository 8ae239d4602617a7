import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { unauthorized } from './api-error.ts'

/**
 * Identifies the sender of a request by bearer token or client certificate; may be anonymous. Throws ApiFailure 401 for
 * a wrong token.
 */
export function authenticate(request: IncomingMessage, tokens: ReadonlyMap<string, string>): string {
  const user = byToken(request.headers.authorization, tokens) ?? byCertificate(request)
  const other = request.headers['impersonate-user']
  return typeof other === 'string' ? other : user
}

export const anonymous = 'system:anonymous'

function byToken(header: string | undefined, tokens: ReadonlyMap<string, string>): string | undefined {
  if (header === undefined || header === '') return undefined
  const user = tokens.get(/^Bearer (.+)$/.exec(header)?.[1] ?? '')
  if (user === undefined) throw unauthorized()
  return user
}

function byCertificate({ socket }: IncomingMessage): string {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return anonymous
  const { CN } = socket.getPeerCertificate().subject
  return (Array.isArray(CN) ? CN[0] : CN) ?? anonymous
}
