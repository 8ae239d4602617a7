import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { codeOf } from '../host/failures.ts'

/** State of a name in the host's /run/netns: gone, an unused network namespace, or one that must be kept. */
export type Sight =
  | { readonly kind: 'gone' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'kept'; readonly why: string }

/**
 * Examines a name in /run/netns as the host's first process sees it; `proc` is the host's procfs. A namespace that is
 * used by any thread or mounted elsewhere too is kept. Throws system errors.
 */
export async function lookAtNamespace(name: string, proc: string): Promise<Sight> {
  const path = `/run/netns/${name}`
  const stats = await lstat(`${proc}/1/root${path}`).catch(unlessGone)
  if (stats === null) return { kind: 'gone' }
  if (!stats.isFile()) return kept('it is no regular file')
  const places = await placesOf(stats.ino, proc)
  if (!places.includes(path)) return kept('it is not the mount of a network namespace')
  const elsewhere = places.find(place => place !== path)
  if (elsewhere !== undefined) return kept(`it is mounted at ${elsewhere} too`)
  const why = await findUser(`net:[${stats.ino}]`, proc)
  return why === null ? { kind: 'idle' } : kept(why)
}

const kept = (why: string): Sight => ({ kind: 'kept', why })

/**
 * Mount points of a network namespace. Source: proc_pid_mountinfo(5), where the root of such a mount names the
 * namespace.
 */
async function placesOf(inode: number, proc: string): Promise<readonly string[]> {
  const lines = (await readFile(`${proc}/1/mountinfo`, 'utf8')).split('\n')
  const mounts = lines.map(line => line.split(' '))
  return mounts.flatMap(fields => {
    const [, , , root, place = '', ...rest] = fields
    return root === `net:[${inode}]` && rest[rest.indexOf('-') + 1] === 'nsfs' ? [place] : []
  })
}

/** The first process that is in a network namespace or cannot be examined; null when there is none. */
async function findUser(namespace: string, proc: string): Promise<string | null> {
  const pids = (await readdir(proc)).filter(name => /^\d+$/.test(name))
  for (const pid of pids) {
    for (const thread of (await readdir(`${proc}/${pid}/task`).catch(unlessGone)) ?? []) {
      try {
        const own = await readlink(`${proc}/${pid}/task/${thread}/ns/net`).catch(unlessGone)
        if (own === namespace) return pid === '1' ? 'it is the host’s own' : `process ${pid} is in it`
      } catch (error) {
        return `the network of process ${pid} cannot be seen (${codeOf(error)})`
      }
    }
  }
  return null
}

/** A process that exits meanwhile is in no namespace. */
function unlessGone(error: unknown): null {
  if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return null
  throw error
}
