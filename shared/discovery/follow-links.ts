import type { FileEntry, Host } from '../host.ts'
import { isOk, ok, type Reading, unavailable } from '../reading.ts'

/** The destination of a path with links resolved. */
export interface Destination {
  readonly path: string
  readonly entry: FileEntry
}

/** The kernel's own limit. */
const mostLinks = 40

/** Resolves every link of a host path: absolute targets begin at the host's root. A dangling link is `missing`. */
export async function followLinks(host: Host, path: string): Promise<Reading<Destination>> {
  let done = ''
  let rest = stepsOf(path)
  let last = await host.stat('/')
  for (let links = 0; rest.length > 0; ) {
    const [step = '', ...others] = rest
    const here = step === '..' ? done.slice(0, done.lastIndexOf('/')) : `${done}/${step}`
    last = await host.stat(here || '/')
    const target = isOk(last) && last.value.type === 'link' ? (last.value.target ?? '') : null
    if (target !== null && ++links > mostLinks)
      return unavailable('failed', `${path} goes over more than ${mostLinks} links`)
    rest = target === null ? others : [...stepsOf(target), ...others]
    done = target === null ? here : target.startsWith('/') ? '' : done
  }
  return isOk(last) ? ok({ path: done || '/', entry: last.value }) : last
}

const stepsOf = (path: string): string[] => path.split('/').filter(step => step !== '' && step !== '.')
