import { messageOf, NetcheckError } from '../../shared/errors.ts'
import { oneLine } from '../../shared/text.ts'

/** Why a bundle is not read, as the one error of all that reads bundles. */
export const refuse = (why: string, options: { hint?: string; cause?: unknown } = {}): NetcheckError =>
  new NetcheckError('BUNDLE', why, options)

/** A name out of a bundle as it may stand in a sentence. */
export const quoted = (name: string): string => `"${oneLine(name, 120)}"`

/** What stops the reading of a bundle, with the bundle's name before it. */
export function naming(path: string, cause: unknown): NetcheckError {
  const hint = cause instanceof NetcheckError && cause.hint !== undefined ? { hint: cause.hint } : {}
  return refuse(`cannot read the bundle ${quoted(path)}: ${reasonOf(cause)}`, { cause, ...hint })
}

function reasonOf(cause: unknown): string {
  const isAbsent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
  return isAbsent ? 'there is no such file or folder' : messageOf(cause)
}
