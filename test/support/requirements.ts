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
  containerd: () => isExecutable(...onPath('containerd')),
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

function isExecutable(...paths: readonly string[]): boolean {
  return paths.some(path => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
