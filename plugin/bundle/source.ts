import { stat } from 'node:fs/promises'
import { messageOf, NetcheckError } from '../../shared/errors.ts'

/** Files of a bundle by their path relative to its top, with `/` between the names. */
export interface BundleSource {
  /** Bytes of a file; null when the bundle has none by that path. */
  read(path: string): Promise<Uint8Array | null>
  /** Names of files and folders below a folder, sorted by bytes; null when there is no such folder. */
  list(path: string): Promise<readonly string[] | null>
}

/** Opens a bundle: a directory or a `.tar.gz`. Throws NetcheckError `BUNDLE`. */
export async function openBundle(path: string): Promise<BundleSource> {
  const info = await stat(path).catch((cause: unknown) => {
    const why =
      cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
        ? 'there is no such file or folder'
        : messageOf(cause)
    throw new NetcheckError('BUNDLE', `cannot open the bundle ${path}: ${why}`, { cause })
  })
  const source = info.isDirectory() ? await openFolder(path) : await openFile(path)
  if (await source.read('bundle.json')) return source
  throw new NetcheckError('BUNDLE', `${path} is no bundle: it has no bundle.json`, {
    hint: 'a bundle is a folder or a .tar.gz with bundle.json at its top',
  })
}

const openFolder = async (path: string) => (await import('./folder.ts')).folderSource(path)
const openFile = async (path: string) => (await import('./archive.ts')).archiveSource(path)
