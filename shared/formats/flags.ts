/** Splits /proc/<pid>/cmdline, in which each argument ends with a NUL. */
export const splitArguments = (text: string): string[] => text.replace(/\0+$/, '').split('\0').slice(0, 1024)

/** The value of a flag, `--name=value` or `--name value`; the last one wins, null without any. */
export function flagValue(args: readonly string[], name: string): string | null {
  const values = args.flatMap((arg, index) => {
    const text = arg.replace(/^--?/, '')
    if (arg === text) return []
    if (text.startsWith(`${name}=`)) return [text.slice(name.length + 1)]
    return text === name ? [args[index + 1] ?? ''] : []
  })
  return values.at(-1) ?? null
}

/** Splits a shell-like line such as `KUBELET_KUBEADM_ARGS="--a=b --c d"` into words; quotes are removed. */
export const wordsOfShell = (text: string): string[] =>
  text
    .split('\n')
    .flatMap(line =>
      line
        .replace(/^\s*(?:export\s+)?[A-Za-z_]\w*=/, '')
        .replace(/["']/g, ' ')
        .trim()
        .split(/\s+/),
    )
    .filter(Boolean)

/** Hides the values of secret flags; paths of secret files stay. */
export const hideSecrets = (args: readonly string[]): string[] =>
  args.map((arg, index) => {
    if (isSecret(args[index - 1] ?? '') && !arg.startsWith('-')) return hidden
    const [name = ''] = arg.split('=', 1)
    return isSecret(name) && name.length < arg.length ? `${name}=${hidden}` : arg
  })

const hidden = '***'
const isSecret = (name: string): boolean => /^--?[\w-]*(?:token|password|secret|credential)s?$/i.test(name)
