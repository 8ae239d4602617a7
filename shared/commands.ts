/** Number of journal lines that checks read. */
export const newestLines = 2000
/** Number of journal lines recorded for people; most lines are below 400 bytes. */
const supportLines = 20_000

/** Complete messages of the last hour; each may be a few kilobytes, and their total must stay printable. */
const newestHour = [
  '--since=-1h',
  `--lines=${newestLines}`,
  '--output=short-iso',
  '--all',
  '--utc',
  '--no-pager',
] as const

/**
 * Every command that may run on a host, by the name of its recording; nothing else is ever run. Only for what the
 * kernel does not show in a file.
 */
export const commands = {
  'ip-addr': ['ip', '-j', 'addr'],
  'ip-link': ['ip', '-d', '-j', 'link'],
  'ip-route': ['ip', '-j', 'route', 'show', 'table', 'all'],
  'ip-rule': ['ip', '-j', 'rule'],
  'ip-6-rule': ['ip', '-6', '-j', 'rule'],
  /** For versions of `ip` without JSON output, such as busybox's. */
  'ip-rule-text': ['ip', 'rule'],
  'ip-neigh': ['ip', '-j', 'neigh'],
  'bridge-fdb': ['bridge', '-j', 'fdb'],
  'conntrack-stats': ['conntrack', '-S'],
  /** Only connections with a translated destination, that is to services. */
  'conntrack-udp': ['conntrack', '-L', '-p', 'udp', '--dst-nat'],
  dmesg: ['dmesg', '-r'],
  'journal-kernel': ['journalctl', '--dmesg', ...newestHour],
  'journal-kubelet': ['journalctl', '--unit=kubelet', ...newestHour],
  'journal-containerd': ['journalctl', '--unit=containerd', ...newestHour],
  'journal-crio': ['journalctl', '--unit=crio', ...newestHour],
  'journal-docker': ['journalctl', '--unit=docker', '--unit=cri-docker', ...newestHour],
  'journal-k3s': ['journalctl', '--unit=k3s', '--unit=k3s-agent', ...newestHour],
  'journal-rke2': ['journalctl', '--unit=rke2-server', '--unit=rke2-agent', ...newestHour],
  'journal-k0s': ['journalctl', '--unit=k0sworker', '--unit=k0scontroller', ...newestHour],
  'journal-microk8s': ['journalctl', '--unit=snap.microk8s.*', ...newestHour],
  'journal-health-monitor': ['journalctl', '--unit=*-monitor', ...newestHour],
  'iptables-version': ['iptables', '-V'],
  // Of iptables only iptables-save: other commands of the legacy backend create the tables that they list.
  'iptables-save': ['iptables-save', '-c'],
  'iptables-nft-save': ['iptables-nft-save', '-c'],
  'iptables-legacy-save': ['iptables-legacy-save', '-c'],
  'ip6tables-save': ['ip6tables-save', '-c'],
  'ip6tables-nft-save': ['ip6tables-nft-save', '-c'],
  'ip6tables-legacy-save': ['ip6tables-legacy-save', '-c'],
  'nft-ruleset': ['nft', '-j', 'list', 'ruleset'],
  /** Takes a tenth of the time and memory of listing all rules; `list tables` would read them all. */
  'nft-chains': ['nft', '-j', 'list', 'chains'],
  'ipset-save': ['ipset', 'save'],
} as const satisfies Record<string, readonly [string, ...string[]]>

export type CommandName =
  | keyof typeof commands
  | `ethtool-${string}`
  | `nft-table-${string}`
  | `since-${number}m-${keyof typeof commands}`

/**
 * The program and arguments of a command: `ethtool-eth0` is derived for a device, `nft-table-inet-firewalld` for a
 * table, `since-90m-journal-kubelet` for 90 minutes of a journal.
 */
export function commandLine(name: CommandName): readonly [string, ...string[]] {
  // All names are keys of the table or have one of these prefixes.
  const known: Readonly<Record<string, readonly [string, ...string[]]>> = commands
  const [, family, table] = /^nft-table-([a-z0-9]+)-(.+)$/.exec(name) ?? []
  if (family !== undefined && table !== undefined) return ['nft', '-j', 'list', 'table', family, table]
  const [, minutes, journal = ''] = /^since-(\d{1,5})m-(journal-.+)$/.exec(name) ?? []
  if (minutes !== undefined && Object.hasOwn(known, journal)) return longer(known[journal] ?? ['journalctl'], minutes)
  return known[name] ?? ['ethtool', '-k', name.slice('ethtool-'.length)]
}

const longer = ([program, ...rest]: readonly [string, ...string[]], minutes: string): [string, ...string[]] => [
  program,
  ...rest.map(arg =>
    arg.replace(/^--since=.*/, `--since=-${minutes}m`).replace(/^--lines=.*/, `--lines=${supportLines}`),
  ),
]

/** Commands that may print up to `limits.rulesBytes`: a large cluster has hundreds of thousands of rules. */
export const printsRules = (name: CommandName): boolean => /tables.*-save$|^nft-|^ipset-save$/.test(name)
