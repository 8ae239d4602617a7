import * as z from 'zod/mini'
import { objectOf, textOf } from './cni-plugin.ts'

/** Claims of a service account token; useless for authentication. */
export const tokenClaimsSchema = z.object({
  /** RFC 3339; null for a token that does not expire. */
  expiresAt: z.nullable(z.string()),
  issuedAt: z.nullable(z.string()),
  /** `system:serviceaccount:<namespace>:<name>`. */
  subject: z.nullable(z.string()),
})
export type TokenClaims = z.infer<typeof tokenClaimsSchema>

/** Reads the claims of a JSON Web Token; null for another kind of token. Source: RFC 7519. */
export function parseTokenClaims(token: string): TokenClaims | null {
  const payload = /^[\w-]{1,4096}\.(?<payload>[\w-]{1,16384})\./.exec(token)?.groups?.payload
  const claims = payload === undefined ? null : decode(payload)
  return claims && { expiresAt: timeOf(claims.exp), issuedAt: timeOf(claims.iat), subject: textOf(claims.sub) }
}

function decode(payload: string) {
  try {
    return objectOf(JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))))
  } catch {
    return null
  }
}

/** Seconds since the epoch. */
function timeOf(seconds: unknown): string | null {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : Number.NaN)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
