import { createHmac } from 'node:crypto'

/** 32 pseudo-random bytes for a text; deterministic, but unpredictable without the key. */
export type Keyed = (text: string) => Uint8Array

/** HMAC-SHA-256 under a key. */
export const keyedBy = (key: string): Keyed => {
  return text => createHmac('sha256', key).update(text).digest()
}
