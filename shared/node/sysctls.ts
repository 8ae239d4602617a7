import * as z from 'zod/mini'
import { mapReads, readValue, unlessUnread } from '../discovery/values.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isOk } from '../reading.ts'

/**
 * Kernel settings by path below /proc/sys (`net/ipv4/ip_forward`, `net/ipv4/conf/eth0/forwarding`), with slashes
 * because interface names may contain dots. Values are trimmed. `missing` means that the kernel has no such key.
 */
const sysctlsSchema = z.object({
  values: z.record(z.string(), readingOf(z.string())),
})
export type Sysctls = z.infer<typeof sysctlsSchema>

export const sysctls = definePart<Sysctls>({
  schema: sysctlsSchema,
  collect: async host => {
    const keys = [...settings, ...(await perInterface(host))]
    const values = await mapReads(keys, async key => [key, await readValue(host, `/proc/sys/${key}`)] as const)
    return unlessUnread(
      values.map(([, value]) => value),
      { values: Object.fromEntries(values) },
    )
  },
})

const bridge = 'net/bridge/bridge-nf-call-'
const neighbours = ['net/ipv4/neigh/default', 'net/ipv6/neigh/default']

const settings: readonly string[] = [
  'net/ipv4/ip_forward',
  'net/ipv4/ip_local_port_range',
  'net/ipv4/ip_local_reserved_ports',
  'net/ipv4/tcp_mtu_probing',
  'net/ipv4/tcp_tw_reuse',
  'net/ipv4/vs/conntrack',
  'net/core/somaxconn',
  'net/core/netdev_max_backlog',
  ...['iptables', 'ip6tables', 'arptables'].map(name => `${bridge}${name}`),
  ...neighbours.flatMap(folder => [1, 2, 3].map(level => `${folder}/gc_thresh${level}`)),
  'net/netfilter/nf_conntrack_max',
  'net/netfilter/nf_conntrack_tcp_be_liberal',
  'net/netfilter/nf_conntrack_tcp_timeout_established',
  'net/netfilter/nf_conntrack_tcp_timeout_close_wait',
  'net/netfilter/nf_conntrack_udp_timeout',
  'net/netfilter/nf_conntrack_udp_timeout_stream',
]

/** Settings read of every interface, by family. */
const interfaceSettings = {
  'net/ipv4/conf': ['forwarding', 'rp_filter', 'accept_local', 'route_localnet'],
  'net/ipv6/conf': ['forwarding', 'disable_ipv6', 'accept_ra'],
} as const

/** Maximum number of interfaces; two thousand pods have two thousand. */
const mostInterfaces = 4096

async function perInterface(host: Host): Promise<readonly string[]> {
  const folders = Object.entries(interfaceSettings).map(async ([folder, names]) => {
    const listed = await host.list(`/proc/sys/${folder}`)
    // `all` and `default` exist whenever the family does; reading them shows why the rest is unread.
    const interfaces = new Set(['all', 'default', ...(isOk(listed) ? listed.value.slice(0, mostInterfaces) : [])])
    return [...interfaces].flatMap(each => names.map(name => `${folder}/${each}/${name}`))
  })
  return (await Promise.all(folders)).flat()
}
