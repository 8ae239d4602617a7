import { isOk } from '../../shared/reading.ts'
import { podKey } from '../model/pods.ts'
import { withConnection } from './connection.ts'
import type { Io } from './io.ts'

/**
 * Completions for the ends of `path`: it starts at pods, and may end at services too. `words` begin with the command's
 * name.
 */
export async function endNames(words: readonly string[], io: Io): Promise<readonly string[]> {
  const [{ pods }, { services }] = await Promise.all([import('../cluster/pods.ts'), import('../cluster/services.ts')])
  const isStart = words.filter(word => !word.startsWith('-')).length === 1
  const cluster = { kubeconfig: after(words, '--kubeconfig'), context: after(words, '--context'), namespace: 'default' }
  return withConnection(cluster, {
    io,
    use: async ({ kube }) => {
      const found = await pods.collect(kube)
      const called = isStart ? null : await services.collect(kube)
      return [
        ...(isOk(found) ? found.value.map(pod => `pod/${podKey(pod)}`) : []),
        ...(called && isOk(called) ? called.value.map(service => `svc/${podKey(service)}`) : []),
      ]
    },
  })
}

const after = (words: readonly string[], option: string): string | undefined => {
  const index = words.indexOf(option)
  return index < 0 ? undefined : words[index + 1]
}
