import * as z from 'zod/mini'

/** resolv.conf(5) as the kubelet reads it: the last `search` wins, nameservers accumulate, `domain` is ignored. */
export const resolverSchema = z.object({
  nameservers: z.array(z.string()),
  search: z.array(z.string()),
  options: z.array(z.string()),
})
export type Resolver = z.infer<typeof resolverSchema>

/** Unknown lines are skipped, as the kubelet does; never fails. Source: kubelet/network/dns/dns.go. */
export function parseResolvConf(text: string): Resolver {
  const lines = text.split('\n').map(line => line.trim().split(/\s+/))
  const after = (keyword: string) => lines.filter(([first]) => first === keyword).map(([, ...words]) => words)
  return {
    nameservers: after('nameserver').flatMap(words => words.slice(0, 1)),
    search: (after('search').at(-1) ?? []).map(domain => domain.replace(/\.$/, '')).filter(Boolean),
    options: mergeOptions(after('options').flat()),
  }
}

/** A later `ndots:2` replaces an earlier `ndots:5`. */
const mergeOptions = (options: readonly string[]): string[] => [
  ...new Map(options.map(option => [option.split(':')[0], option])).values(),
]
