import { constants, fsync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { descriptor } from '../host/descriptor.ts'
import { codeOf } from '../host/failures.ts'

/** An open folder: names are resolved relative to its descriptor, whatever happens to its path. */
export interface Folder {
  /** Path of a name in it. Throws for a name with a slash, which would be a programming error. */
  at(name: string): string
  /** Whether only this process's user can change its contents. */
  isPrivate(): Promise<boolean>
  /** Flushes renames in it to the disk. */
  sync(): Promise<void>
  close(): Promise<void>
}

const syncDescriptor = promisify(fsync)

/** Opens a folder; a link as the last component is refused with a system error (ENOTDIR, ELOOP). */
async function openFolder(path: string): Promise<Folder> {
  const fd = await descriptor.open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  return {
    at: name => `/proc/self/fd/${fd}/${plain(name)}`,
    isPrivate: async () => {
      const { uid, mode } = await descriptor.stat(fd)
      return uid === process.geteuid?.() && (mode & 0o022) === 0
    },
    sync: () => syncDescriptor(fd),
    close: () => descriptor.close(fd),
  }
}

/** Opens a folder for as long as `use` takes. */
export async function withFolder<T>(path: string, use: (folder: Folder) => Promise<T>): Promise<T> {
  const folder = await openFolder(path)
  try {
    return await use(folder)
  } finally {
    await folder.close()
  }
}

/** Creates a folder that only root may enter; an existing folder is fine. */
export async function makeFolder(parent: Folder, name: string): Promise<void> {
  try {
    await mkdir(parent.at(name), 0o700)
    await parent.sync()
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

function plain(name: string): string {
  if (name === '' || name === '.' || name === '..' || name.includes('/')) throw new Error('a name leads elsewhere')
  return name
}
