import { readlink } from 'node:fs/promises'
import { codeOf, Refusal } from './failures.ts'
import { type Mounts, reach } from './mounts.ts'

/** The kernel's own limit. */
const mostLinks = 40

/**
 * Resolves the links of a host path as the host would, so that an absolute link stays below the host's root. Returns a
 * host path. Throws system errors, and Refusal for loops and for magic links such as `/proc/7/root`, whose text names a
 * place in another mount namespace.
 */
export async function resolvePath(mounts: Mounts, path: string, { followLast }: { followLast: boolean }) {
  let done: readonly string[] = []
  let links = 0
  for (let rest = steps(path); rest.length > 0; ) {
    const [step = '', ...others] = rest
    const here = step === '..' ? done.slice(0, -1) : [...done, step]
    const isOpaque = step === '..' || (others.length === 0 && !followLast)
    const target = isOpaque ? null : await linkTarget(reach(mounts, join(here)))
    if (target === null) {
      done = here
      rest = others
      continue
    }
    if (++links > mostLinks) throw new Refusal('failed', `${path} passes more than ${mostLinks} links`)
    if (isMagic(here)) throw new Refusal('unsupported', `${join(here)} leads into another process's view of files`)
    done = target.startsWith('/') ? [] : done
    rest = [...steps(target), ...others]
  }
  return join(done)
}

const steps = (path: string): readonly string[] => path.split('/').filter(step => step !== '' && step !== '.')
const join = (names: readonly string[]): string => `/${names.join('/')}`
const isMagic = ([first, second = '', ...below]: readonly string[]): boolean =>
  first === 'proc' && /^\d+$/.test(second) && below.length > 0

/** The text of a link, or null for anything else. */
async function linkTarget(real: string): Promise<string | null> {
  try {
    return await readlink(real)
  } catch (error) {
    if (codeOf(error) === 'EINVAL') return null
    throw error
  }
}
