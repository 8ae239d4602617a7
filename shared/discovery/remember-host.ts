import { printsRules } from '../commands.ts'
import type { Host } from '../host.ts'

/** Most answers that are kept; later ones are asked for anew. */
const mostAnswers = 20_000

/**
 * A host that is asked each question once, for the time of one collection: several parts need the runtime's status, the
 * kubelet's process or the same files.
 */
export function rememberHost(host: Host): Host {
  const answers = new Map<string, Promise<unknown>>()
  const once = <T>(question: string, ask: () => Promise<T>): Promise<T> => {
    // A key names the method and its arguments, so its answer has that method's type.
    const known = answers.get(question) as Promise<T> | undefined
    if (known !== undefined) return known
    const answer = ask()
    if (answers.size < mostAnswers) answers.set(question, answer)
    return answer
  }
  return {
    // Thousands of answers, each needed once.
    ...(host.readSmall ? { readSmall: host.readSmall } : {}),
    read: (path, options) => once(`read ${JSON.stringify(options ?? {})} ${path}`, () => host.read(path, options)),
    list: path => once(`list ${path}`, () => host.list(path)),
    // Who examines a file again wants to know whether it is still the same.
    stat: host.stat,
    // Megabytes that one part alone needs.
    run: name => (printsRules(name) ? host.run(name) : once(`run ${name}`, () => host.run(name))),
    // Who asks for sandboxes again wants to know what has changed since.
    cri: call => (call === 'pod-sandboxes' ? host.cri(call) : once(`cri ${call}`, () => host.cri(call))),
    http: name => once(`http ${name}`, () => host.http(name)),
    pods: () => once('pods', () => host.pods()),
    ...(host.probe ? { probe: host.probe } : {}),
  }
}
