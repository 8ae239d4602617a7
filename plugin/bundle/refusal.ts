import { messageOf, NetcheckError } from '../../shared/errors.ts'
import { oneLine } from '../../shared/text.ts'

/** Creates the error that everything that reads bundles throws. */
export const refuse = (why: string, options: { hint?: string; cause?: unknown } = {}): NetcheckError =>
  new NetcheckError('BUNDLE', why, options)

/** A name from a bundle, quoted for use in a sentence. */
export const quoted = (name: string): string => `"${oneLine(name, 120)}"`

/** The error that stopped reading a bundle, prefixed with the bundle's name. */
export function naming(path: string, cause: unknown): NetcheckError {
  const hint = cause instanceof NetcheckError && cause.hint !== undefined ? { hint: cause.hint } : {}
  return refuse(`cannot read the bundle ${quoted(path)}: ${reasonOf(cause)}`, { cause, ...hint })
}

function reasonOf(cause: unknown): string {
  const isAbsent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
  return isAbsent ? 'there is no such file or folder' : messageOf(cause)
}
