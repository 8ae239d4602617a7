import { lstat, readdir, realpath, stat } from 'node:fs/promises'

/** Where this process sees the host's file systems: real folders without a trailing slash, so `/` is the empty text. */
export interface Mounts {
  readonly root: string
  readonly proc: string
  readonly sys: string
}

export interface MountOptions {
  readonly root: string
  /** What stands for the host's /proc; by default that below the root, or else the own one. */
  readonly proc?: string | undefined
  readonly sys?: string | undefined
}

/**
 * Finds the host's file systems. Throws when the root is not there or empty: every fact of the host would read as
 * missing, which is an answer and would be wrong.
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

/** The path by which this process reaches a path of the host, without regard to links. */
export function reach(mounts: Mounts, path: string): string {
  if (isUnder(path, '/proc')) return mounts.proc + path.slice('/proc'.length)
  if (isUnder(path, '/sys')) return mounts.sys + path.slice('/sys'.length)
  return mounts.root + (path === '/' ? '' : path) || '/'
}

const isUnder = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)
const bare = (path: string) => (path.endsWith('/') ? path.slice(0, -1) : path)

/** The first of the folders that holds `name`: an empty folder is a mount that did not happen. */
async function firstWith(name: string, [given, ...others]: readonly (string | undefined)[]): Promise<string> {
  const candidates = given === undefined ? others : [given]
  for (const folder of candidates) {
    if (folder !== undefined && (await exists(`${folder}/${name}`))) return bare(await locate(folder))
  }
  throw new Error(`none of ${candidates.join(', ')} holds ${name}: nothing is mounted there`)
}

/** The real path of a folder. Through a link like `/proc/7/root` there is none that leads to the same place. */
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
