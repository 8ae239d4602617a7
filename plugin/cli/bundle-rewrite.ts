import { randomBytes } from 'node:crypto'
import { cleanEntry } from '../bundle/clean.ts'
import type { BundleEntry, Rewrite } from '../bundle/entry.ts'
import { createRedactor, type RedactKind, type Redactor } from '../bundle/redact/redactor.ts'

/** What becomes of entries before they are written: always without secrets, and where it is wanted under other names. */
export interface BundleRewrite {
  readonly kinds: readonly RedactKind[]
  /** Null where names and addresses stay. */
  readonly redactor: Redactor | null
  readonly rewrite: Rewrite
  /** Is shown every entry before the first is rewritten; null where nobody has to learn. */
  readonly learn: ((entry: BundleEntry) => void) | null
  /** A sentence as it may stand in the bundle. */
  readonly sentence: (text: string) => string
}

/** The rewriting of one bundle, with a key that nobody keeps. */
export function makeRewrite(kinds: readonly RedactKind[]): BundleRewrite {
  if (kinds.length === 0) return { kinds, redactor: null, rewrite: cleanEntry, learn: null, sentence: text => text }
  const redactor = createRedactor({ kinds, key: randomBytes(32).toString('hex') })
  const rewrite: Rewrite = entry => redactor.rewrite(cleanEntry(entry))
  return {
    kinds,
    redactor,
    rewrite,
    learn: entry => redactor.learn(cleanEntry(entry)),
    sentence: text => decoder.decode(rewrite({ path: 'README.txt', bytes: encoder.encode(text) }).bytes),
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
