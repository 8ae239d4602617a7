import { NetcheckError } from '../../shared/errors.ts'
import type { Environment } from './proxy.ts'

/** The parts of a loaded kubeconfig needed for merging and choosing; the library's KubeConfig has this shape. */
export interface Entries {
  clusters: Named[]
  users: Named[]
  contexts: Named[]
  currentContext: string
}

interface Named {
  readonly name: string
}

/** Files to load, in kubectl's order: only the flag, otherwise KUBECONFIG, otherwise `~/.kube/config`. */
export function kubeconfigPaths(flag: string | undefined, env: Environment): readonly string[] {
  if (flag) return [flag]
  const listed = (env.KUBECONFIG ?? '').split(env.OS === 'Windows_NT' ? ';' : ':').filter(Boolean)
  const home = env.HOME || env.USERPROFILE
  return listed.length > 0 ? listed : home ? [`${home}/.kube/config`] : []
}

/** Merges as kubectl does: the first file that defines an entry wins. */
export function mergeEntries<E extends Entries>(target: E, more: E): void {
  for (const key of ['clusters', 'users', 'contexts'] as const) {
    const known = new Set(target[key].map(({ name }) => name))
    target[key].push(...more[key].filter(({ name }) => !known.has(name)))
  }
  target.currentContext ||= more.currentContext
}

/** The context to use. Throws CONTEXT, listing what exists. */
export function chooseContext({ contexts, currentContext }: Entries, wanted: string | undefined): string {
  const names = contexts.map(({ name }) => name)
  const hint =
    names.length > 0 ? `contexts that exist: ${names.slice(0, 20).join(', ')}` : 'the kubeconfig has no context at all'
  const name = wanted ?? currentContext
  if (!name)
    throw new NetcheckError('CONTEXT', 'the kubeconfig has no current context', {
      hint: `name one with --context; ${hint}`,
    })
  if (!names.includes(name)) throw new NetcheckError('CONTEXT', `the kubeconfig has no context "${name}"`, { hint })
  return name
}

/** The error when no kubeconfig file exists. */
export const noKubeconfig = (paths: readonly string[]): NetcheckError =>
  new NetcheckError(
    'KUBECONFIG',
    `no kubeconfig: ${paths.join(', ') || 'neither KUBECONFIG nor HOME is set'} does not exist`,
    {
      hint: 'name one with --kubeconfig or KUBECONFIG',
    },
  )

/** The error for a kubeconfig file that cannot be loaded. */
export const brokenKubeconfig = (path: string, reason: string, cause: unknown): NetcheckError =>
  new NetcheckError('KUBECONFIG', `kubeconfig ${path} cannot be used: ${reason}`, {
    hint: 'kubectl config view shows what is read',
    cause,
  })
