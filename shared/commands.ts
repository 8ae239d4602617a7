/**
 * Every command that may run on a host, by the name of its recording. Nothing else is ever run there.
 * Only what the kernel does not tell in a file belongs here.
 */
export const commands = {
  'ip-addr': ['ip', '-j', 'addr'],
  'ip-link': ['ip', '-d', '-j', 'link'],
  'ip-route': ['ip', '-j', 'route', 'show', 'table', 'all'],
  'conntrack-stats': ['conntrack', '-S'],
} as const satisfies Record<string, readonly string[]>

export type CommandName = keyof typeof commands
