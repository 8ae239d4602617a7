import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'

/** What a suite may need of the machine: the root user, or a Debian package. */
export type Requirement = keyof typeof checks

/**
 * True when the machine has all of it, for `describe.runIf(needs('root', 'iproute2'))`. Says in one line what is
 * skipped and why; where nothing may be skipped (CI=true) it throws.
 */
export function needs(suite: string, ...requirements: readonly Requirement[]): boolean {
  const lacking = requirements.filter(name => !checks[name]())
  if (lacking.length === 0) return true
  const line = `skipped: ${suite} (needs ${lacking.join(', ')})`
  if (process.env.CI === 'true') throw new Error(line)
  process.stderr.write(`${line}\n`)
  return false
}

const checks = {
  root: () => process.getuid?.() === 0,
  'network namespaces': () => canRun('unshare', ['--net', 'true']),
  iproute2: () => isExecutable('/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip'),
  iptables: () => isExecutable('/usr/sbin/iptables'),
  nftables: () => isExecutable('/usr/sbin/nft'),
  conntrack: () => isExecutable('/usr/sbin/conntrack'),
  ipset: () => isExecutable('/usr/sbin/ipset', '/sbin/ipset') && canRun('unshare', ['--net', 'ipset', 'list']),
  ethtool: () => isExecutable('/usr/sbin/ethtool', '/sbin/ethtool'),
  containerd: () => isExecutable(...onPath('containerd')),
  runc: () => isExecutable(...onPath('runc')),
  'busybox-static': () => isExecutable('/bin/busybox'),
  'systemd-journal-remote': () => isExecutable('/lib/systemd/systemd-journal-remote'),
  'VXLAN devices': () =>
    canRun('unshare', ['--net', 'ip', 'link', 'add', 'x', 'type', 'vxlan', 'id', '1', 'dstport', '1']),
  /** Values that count for all namespaces can be set from there alone. */
  'the first network namespace': () => has(constants.W_OK, '/proc/sys/net/ipv6/neigh/default/gc_thresh3'),
  'containernetworking-plugins': () => isExecutable('/usr/lib/cni/bridge'),
}

const onPath = (program: string): readonly string[] =>
  (process.env.PATH ?? '').split(':').map(folder => `${folder}/${program}`)

function canRun(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const isExecutable = (...paths: readonly string[]): boolean => has(constants.X_OK, ...paths)

const has = (mode: number, ...paths: readonly string[]): boolean =>
  paths.some(path => {
    try {
      accessSync(path, mode)
      return true
    } catch {
      return false
    }
  })
