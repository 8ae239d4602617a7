import { locateBundle } from './locate.ts'
import { mergeBundles } from './merge.ts'
import { naming } from './refusal.ts'

/** Files of a bundle by their path relative to its top, separated by `/`. */
export interface BundleSource {
  /** Content of a file; null when it does not exist. */
  read(path: string): Promise<Uint8Array | null>
  /** Names of files and folders below a folder, sorted by bytes; null when there is no such folder. */
  list(path: string): Promise<readonly string[] | null>
  /** Notes for the user on what kind of bundle it is and what is missing. Sentences without a full stop. */
  readonly notes?: readonly string[]
}

/** Bytes of standard input. */
export type Input = () => AsyncIterable<Uint8Array>

/**
 * Opens a bundle, or several as one: folders, tar archives, dumps of other tools; `-` is standard input. Throws
 * NetcheckError `BUNDLE`.
 */
export async function openBundle(paths: string | readonly string[], input?: Input): Promise<BundleSource> {
  const bundles: BundleSource[] = []
  for (const path of typeof paths === 'string' ? [paths] : paths) bundles.push(await openOne(path, input))
  return mergeBundles(bundles)
}

async function openOne(path: string, input: Input | undefined): Promise<BundleSource> {
  try {
    return await locateBundle(path, input)
  } catch (cause) {
    throw naming(path, cause)
  }
}
