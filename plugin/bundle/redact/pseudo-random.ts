import { createHmac } from 'node:crypto'

/** Bytes that only who has the key can tell: 32 for each text, always the same. */
export type Keyed = (text: string) => Uint8Array

export const keyedBy = (key: string): Keyed => {
  return text => createHmac('sha256', key).update(text).digest()
}
