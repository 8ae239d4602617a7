import { NetcheckError } from '../../shared/errors.ts'
import { oneLine } from '../../shared/text.ts'

/** Why a bundle is not read, as the one error of all that reads bundles. */
export const refuse = (why: string, options: { hint?: string; cause?: unknown } = {}): NetcheckError =>
  new NetcheckError('BUNDLE', why, options)

/** A name out of a bundle as it may stand in a sentence. */
export const quoted = (name: string): string => `"${oneLine(name, 120)}"`
