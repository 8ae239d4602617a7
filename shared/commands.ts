/**
 * Every command that may run on a host, by the name of its recording. Nothing else is ever run there.
 * Only what the kernel does not tell in a file belongs here.
 */
export const commands = {
  'ip-addr': ['ip', '-j', 'addr'],
  'ip-link': ['ip', '-d', '-j', 'link'],
  'ip-route': ['ip', '-j', 'route', 'show', 'table', 'all'],
  'ip-rule': ['ip', '-j', 'rule'],
  'ip-6-rule': ['ip', '-6', '-j', 'rule'],
  /** For programs `ip` that print no JSON, such as busybox's. */
  'ip-rule-text': ['ip', 'rule'],
  'ip-neigh': ['ip', '-j', 'neigh'],
  'bridge-fdb': ['bridge', '-j', 'fdb'],
  'conntrack-stats': ['conntrack', '-S'],
} as const satisfies Record<string, readonly [string, ...string[]]>

export type CommandName = keyof typeof commands | `ethtool-${string}`

/** The program and arguments of a command; `ethtool-eth0` is the one kind that is made for a device. */
export function commandLine(name: CommandName): readonly [string, ...string[]] {
  // Names of the table are keys of it, and all others have this prefix.
  const known: Readonly<Record<string, readonly [string, ...string[]]>> = commands
  return known[name] ?? ['ethtool', '-k', name.slice('ethtool-'.length)]
}
