import { randomBytes } from 'node:crypto'
import { cleanEntry } from '../bundle/clean.ts'
import type { BundleEntry, Rewrite } from '../bundle/entry.ts'
import { createRedactor, type RedactKind, type Redactor } from '../bundle/redact/redactor.ts'

/** How entries are rewritten before they are written: always without secrets, and redacted when requested. */
export interface BundleRewrite {
  readonly kinds: readonly RedactKind[]
  /** Null when names and addresses stay. */
  readonly redactor: Redactor | null
  readonly rewrite: Rewrite
  /** Called with every entry before the first is rewritten; null when nothing has to be learned. */
  readonly learn: ((entry: BundleEntry) => void) | null
  /** Rewrites a sentence for use in the bundle. */
  readonly sentence: (text: string) => string
}

/** Creates the rewriting of one bundle, with a random key that is not stored. */
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
