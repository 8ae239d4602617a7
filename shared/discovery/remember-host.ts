import { printsRules } from '../commands.ts'
import type { Host } from '../host.ts'

/** Maximum number of cached answers; later ones are not cached. */
const mostAnswers = 20_000

/**
 * Caches a host's answers for the duration of one collection: several parts need the runtime's status, the kubelet's
 * process or the same files.
 */
export function rememberHost(host: Host): Host {
  const answers = new Map<string, Promise<unknown>>()
  const once = <T>(question: string, ask: () => Promise<T>): Promise<T> => {
    // The key contains the method and its arguments, so the cached answer has that method's type.
    const known = answers.get(question) as Promise<T> | undefined
    if (known !== undefined) return known
    const answer = ask()
    if (answers.size < mostAnswers) answers.set(question, answer)
    return answer
  }
  return {
    // Not cached: thousands of answers, each needed once.
    ...(host.readSmall ? { readSmall: host.readSmall } : {}),
    read: (path, options) => once(`read ${JSON.stringify(options ?? {})} ${path}`, () => host.read(path, options)),
    list: path => once(`list ${path}`, () => host.list(path)),
    // Not cached: a second stat asks whether the file is still the same.
    stat: host.stat,
    // Not cached: megabytes that only one part needs.
    run: name => (printsRules(name) ? host.run(name) : once(`run ${name}`, () => host.run(name))),
    // Not cached: a second call asks what has changed since.
    cri: call => (call === 'pod-sandboxes' ? host.cri(call) : once(`cri ${call}`, () => host.cri(call))),
    http: name => once(`http ${name}`, () => host.http(name)),
    pods: () => once('pods', () => host.pods()),
    ...(host.probe ? { probe: host.probe } : {}),
  }
}
