import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type NodePlan, network } from '../plan/plan.ts'
import { writeBelow } from './host-root.ts'

/** Writes /proc and /sys of a node without namespaces as files: what a healthy kernel would show. */
export async function writePlainHost(root: string, node: NodePlan): Promise<void> {
  const cables = node.pods.flatMap(({ cable }) => (cable === null ? [] : [cable]))
  const files = {
    ...procFiles(node, ['lo', 'eth0', network.bridge, ...cables]),
    ...sysFiles(node, cables),
  }
  await Promise.all(Object.entries(files).map(([path, text]) => writeBelow(root, path, text)))
  await Promise.all(cables.map(cable => linkTo(root, `sys/class/net/${cable}/master`, `../${network.bridge}`)))
  await linkTo(root, 'proc/self', '1')
}

async function linkTo(root: string, path: string, target: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await symlink(target, join(root, path))
}

const socketTable = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'

const procFiles = (node: NodePlan, devices: readonly string[]): Readonly<Record<string, string>> => ({
  'proc/1/comm': 'systemd\n',
  'proc/1/cmdline': '/sbin/init\0',
  'proc/1/status': 'Name:\tsystemd\nPid:\t1\n',
  'proc/uptime': '3600.00 7000.00\n',
  'proc/modules': 'br_netfilter 32768 0 - Live 0x0000000000000000\n',
  'proc/net/route': routeTable(node),
  'proc/net/fib_trie': localAddresses([node.address, `${node.podPrefix}.1`]),
  // Nothing listens.
  'proc/net/tcp': socketTable,
  'proc/net/udp': socketTable,
  'proc/net/stat/nf_conntrack': 'entries insert_failed drop early_drop\n0000007c 00000000 00000000 00000000\n',
  'proc/sys/net/ipv4/ip_local_port_range': '32768\t60999\n',
  'proc/sys/net/ipv4/ip_local_reserved_ports': '\n',
  'var/log/kern.log': `2026-01-01T00:00:00+00:00 ${node.name} kernel: [    0.000000] Linux version 6.12.0\n`,
  'proc/sys/kernel/osrelease': '6.12.0\n',
  'proc/sys/kernel/hostname': `${node.name}\n`,
  'proc/sys/kernel/random/boot_id': `${node.bootId}\n`,
  'proc/sys/net/ipv4/ip_forward': '1\n',
  'proc/sys/net/bridge/bridge-nf-call-iptables': '1\n',
  'proc/sys/net/bridge/bridge-nf-call-ip6tables': '1\n',
  'proc/sys/net/netfilter/nf_conntrack_count': '124\n',
  'proc/sys/net/netfilter/nf_conntrack_max': '131072\n',
  'proc/sys/net/netfilter/nf_conntrack_buckets': '32768\n',
  ...Object.fromEntries(
    ['all', 'default', ...devices].flatMap(name => [
      [`proc/sys/net/ipv4/conf/${name}/forwarding`, '1\n'],
      [`proc/sys/net/ipv4/conf/${name}/rp_filter`, '0\n'],
    ]),
  ),
})

function sysFiles(node: NodePlan, cables: readonly string[]): Readonly<Record<string, string>> {
  const device = (name: string, index: number) => ({
    [`sys/class/net/${name}/ifindex`]: `${index}\n`,
    [`sys/class/net/${name}/mtu`]: '1500\n',
    [`sys/class/net/${name}/operstate`]: 'up\n',
    [`sys/class/net/${name}/flags`]: '0x1003\n',
    [`sys/class/net/${name}/address`]: `02:00:00:00:0${node.podPrefix.at(-1)}:${index.toString().padStart(2, '0')}\n`,
  })
  return {
    'sys/kernel/uevent_seqnum': '1\n',
    'sys/module/br_netfilter/refcnt': '0\n',
    'sys/module/nf_conntrack/parameters/hashsize': '32768\n',
    ...device('lo', 1),
    ...device('eth0', 2),
    ...device(network.bridge, 3),
    [`sys/class/net/${network.bridge}/bridge/bridge_id`]: '8000.020000000003\n',
    ...Object.assign({}, ...cables.map((cable, index) => ({ ...device(cable, index + 4), ...port(cable) }))),
  }
}

const port = (cable: string) => ({
  [`sys/class/net/${cable}/brport/hairpin_mode`]: '1\n',
  [`sys/class/net/${network.bridge}/brif/${cable}/hairpin_mode`]: '1\n',
})

/** The main table as /proc/net/route prints it: addresses as little-endian hexadecimal. */
function routeTable({ podPrefix }: NodePlan): string {
  const line = (device: string, to: string, via: string, mask: string) =>
    [device, hex(to), hex(via), via === '0.0.0.0' ? '0001' : '0003', 0, 0, 0, hex(mask), 0, 0, 0].join('\t')
  return `${[
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    line('eth0', '0.0.0.0', network.gateway, '0.0.0.0'),
    line(network.bridge, `${podPrefix}.0`, '0.0.0.0', '255.255.255.0'),
    line('eth0', '172.31.0.0', '0.0.0.0', '255.255.255.0'),
  ].join('\n')}\n`
}

/** Its own addresses as /proc/net/fib_trie prints them. */
const localAddresses = (addresses: readonly string[]): string =>
  `Local:\n  +-- 0.0.0.0/0 3 0 5\n${addresses.map(address => `     |-- ${address}\n        /32 host LOCAL\n`).join('')}`

const hex = (address: string): string =>
  address
    .split('.')
    .reverse()
    .map(octet => Number(octet).toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()
