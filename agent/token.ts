import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares an `Authorization` header with the run's token in constant time. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`))
}

const digest = (text: string) => createHash('sha256').update(text).digest()
