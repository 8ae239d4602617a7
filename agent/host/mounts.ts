import { lstat, readdir, realpath, stat } from 'node:fs/promises'

/** Where this process sees the host's file systems: real paths without a trailing slash, so `/` is the empty string. */
export interface Mounts {
  readonly root: string
  readonly proc: string
  readonly sys: string
}

/** Paths at which the host's file systems may be mounted. */
export interface MountOptions {
  readonly root: string
  /** The host's /proc; by default the one below the root, otherwise this process's own. */
  readonly proc?: string | undefined
  readonly sys?: string | undefined
}

/**
 * Finds the host's file systems. Throws when the root does not exist or is empty: otherwise every fact would be
 * reported as missing, which is an answer and would be wrong.
 */
export async function findMounts({ root, proc, sys }: MountOptions): Promise<Mounts> {
  const real = bare(await locate(root))
  if ((await readdir(root)).length === 0) throw new Error(`the host root ${root} is empty: nothing is mounted there`)
  return {
    root: real,
    proc: await firstWith('self', [proc, `${real}/proc`, '/proc']),
    sys: await firstWith('kernel', [sys, `${real}/sys`, '/sys']),
  }
}

/** The path by which this process reaches a host path. Links are not resolved. */
export function reach(mounts: Mounts, path: string): string {
  if (isUnder(path, '/proc')) return mounts.proc + path.slice('/proc'.length)
  if (isUnder(path, '/sys')) return mounts.sys + path.slice('/sys'.length)
  return mounts.root + (path === '/' ? '' : path) || '/'
}

const isUnder = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)
const bare = (path: string) => (path.endsWith('/') ? path.slice(0, -1) : path)

/** The first folder that contains `name`: an empty folder is a mount that failed. */
async function firstWith(name: string, [given, ...others]: readonly (string | undefined)[]): Promise<string> {
  const candidates = given === undefined ? others : [given]
  for (const folder of candidates) {
    if (folder !== undefined && (await exists(`${folder}/${name}`))) return bare(await locate(folder))
  }
  throw new Error(`none of ${candidates.join(', ')} holds ${name}: nothing is mounted there`)
}

/**
 * The real path of a folder; a magic link such as `/proc/7/root` stays as it is, because no other path leads to the
 * same place.
 */
async function locate(folder: string): Promise<string> {
  const real = await realpath(folder)
  const [given, found] = await Promise.all([stat(folder), stat(real)])
  if (given.ino !== found.ino || given.dev !== found.dev) throw new Error(`${folder} cannot be a root: mount it first`)
  return real
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )
