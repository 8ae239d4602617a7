import { execa } from 'execa'
import { toolEnvironment } from './node/ip-command.ts'

/** Why nodes cannot have namespaces of their own here; null when they can. */
export async function missingForNamespaces(): Promise<string | null> {
  if (process.platform !== 'linux') return 'this is not Linux'
  if (process.getuid?.() !== 0) return 'this is not run as root'
  const { failed: noIp } = await execa('ip', ['-V'], { reject: false, env: toolEnvironment })
  if (noIp) return 'iproute2 is not installed'
  const flags = ['--net', '--mount', '--pid', '--uts', '--fork', 'true']
  const { failed, stderr } = await execa('unshare', flags, { reject: false, env: toolEnvironment })
  return failed ? `namespaces cannot be made here (${String(stderr).trim() || 'unshare failed'})` : null
}
