import { createHash } from 'node:crypto'
import type { Service } from '../../plugin/cluster/services.ts'

/** A service with the backends of each of its ports, in the order of the ports. */
export interface Written {
  readonly service: Service
  readonly backends: readonly (readonly string[])[]
}

/** What kube-proxy writes for services in iptables mode, as `iptables-save` prints it; large clusters have no comments. */
export function iptablesOf(written: readonly Written[], { comments = true } = {}): string {
  const lines = written.flatMap(({ service, backends }) =>
    service.ports.flatMap((port, i) => portLines({ service, port, backends: backends[i] ?? [], comments })),
  )
  const [nat, filter] = [lines.filter(line => !line.includes('REJECT')), lines.filter(line => line.includes('REJECT'))]
  const chains = new Set(nat.map(line => line.split(' ')[1] ?? ''))
  return [
    ...['*filter', ':KUBE-SERVICES - [0:0]', ...filter, 'COMMIT', '*nat', ':PREROUTING ACCEPT [0:0]'],
    ...[...new Set([...chains, 'KUBE-SERVICES', 'KUBE-NODEPORTS'])].map(name => `:${name} - [0:0]`),
    ...['-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES', ...nat, 'COMMIT', ''],
  ].join('\n')
}

/** The first letters of SHA-256 in base 32, by the platform's own means. */
function hashOf(text: string, length = 16): string {
  const bits = [...createHash('sha256').update(text).digest()].map(byte => byte.toString(2).padStart(8, '0')).join('')
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  return Array.from({ length }, (_, i) => letters[Number.parseInt(bits.slice(5 * i, 5 * i + 5), 2)]).join('')
}

interface PortCase {
  readonly service: Service
  readonly port: Service['ports'][number]
  readonly backends: readonly string[]
  readonly comments: boolean
}

function portLines({ service, port, backends, comments }: PortCase): readonly string[] {
  const protocol = port.protocol.toLowerCase()
  const name = `${service.namespace}/${service.name}${port.name && `:${port.name}`}`
  const id = hashOf(name + protocol)
  const remark = (text: string) => (comments ? ` -m comment --comment "${text}"` : '')
  const asked = (text: string) => `-p ${protocol} -m comment --comment "${text}" -m ${protocol} --dport`
  const addresses = [...service.clusterIPs, ...service.externalIPs].filter(address => !address.includes(':'))
  if (backends.length === 0)
    return addresses.map(
      address =>
        `-A KUBE-SERVICES -d ${address}/32 ${asked(`${name} has no endpoints`)} ${port.port} -j REJECT --reject-with icmp-port-unreachable`,
    )
  const chainOf = (backend: string) => `KUBE-SEP-${hashOf(name + protocol + backend)}`
  const { timeout } = service.sessionAffinity
  return [
    ...addresses.map(
      address => `-A KUBE-SERVICES -d ${address}/32 ${asked(`${name} cluster IP`)} ${port.port} -j KUBE-SVC-${id}`,
    ),
    ...(port.nodePort === null
      ? []
      : [
          `-A KUBE-NODEPORTS ${asked(name)} ${port.nodePort} -j KUBE-EXT-${id}`,
          `-A KUBE-EXT-${id}${remark(`masquerade traffic for ${name} external destinations`)} -j KUBE-MARK-MASQ`,
          `-A KUBE-EXT-${id} -j KUBE-SVC-${id}`,
        ]),
    `-A KUBE-SVC-${id} ! -s 10.244.0.0/16 -d ${addresses[0]}/32 -p ${protocol} -m ${protocol} --dport ${port.port} -j KUBE-MARK-MASQ`,
    ...(timeout === null ? [] : backends).map(
      backend =>
        `-A KUBE-SVC-${id}${remark(`${name} -> ${backend}`)} -m recent --rcheck --seconds ${timeout} --reap ${recent(chainOf(backend))} -j ${chainOf(backend)}`,
    ),
    ...backends.flatMap((backend, i) => {
      const chain = chainOf(backend)
      const set = timeout === null ? '' : ` -m recent --set ${recent(chain)}`
      const left = backends.length - i
      const share = left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(11)}` : ''
      return [
        `-A KUBE-SVC-${id}${remark(`${name} -> ${backend}`)}${share} -j ${chain}`,
        `-A ${chain} -s ${backend.replace(/:\d+$/, '')}/32${remark(name)} -j KUBE-MARK-MASQ`,
        `-A ${chain} -p ${protocol}${remark(name)}${set} -m ${protocol} -j DNAT --to-destination ${backend}`,
      ]
    }),
  ]
}

const recent = (chain: string) => `--name ${chain} --mask 255.255.255.255 --rsource`
