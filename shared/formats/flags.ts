/** Arguments of a command as /proc/<pid>/cmdline holds them: each ends with a NUL. */
export const splitArguments = (text: string): string[] => text.replace(/\0+$/, '').split('\0').slice(0, 1024)

/** The value of a flag in both of its forms, `--name=value` and `--name value`; the last one counts, null without it. */
export function flagValue(args: readonly string[], name: string): string | null {
  const values = args.flatMap((arg, index) => {
    const text = arg.replace(/^--?/, '')
    if (arg === text) return []
    if (text.startsWith(`${name}=`)) return [text.slice(name.length + 1)]
    return text === name ? [args[index + 1] ?? ''] : []
  })
  return values.at(-1) ?? null
}

/** Words of a shell-like line, as in `KUBELET_KUBEADM_ARGS="--a=b --c d"`; quotes are dropped. */
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

/** Hides the values of flags that hold secrets; files that hold them stay named. */
export const hideSecrets = (args: readonly string[]): string[] =>
  args.map((arg, index) => {
    if (isSecret(args[index - 1] ?? '') && !arg.startsWith('-')) return hidden
    const [name = ''] = arg.split('=', 1)
    return isSecret(name) && name.length < arg.length ? `${name}=${hidden}` : arg
  })

const hidden = '***'
const isSecret = (name: string): boolean => /^--?[\w-]*(?:token|password|secret|credential)s?$/i.test(name)
