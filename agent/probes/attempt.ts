import type { ProbeAnswer } from '../../shared/protocol/probes.ts'

/** What one question came to; without `tries` it was asked once. */
export type Attempt = Pick<ProbeAnswer, 'outcome'> & Partial<Pick<ProbeAnswer, 'tries' | 'dns' | 'detail'>>

/** The meaning of an error of a socket. A packet filter may refuse what this machine itself sends (EPERM). */
export function attemptOf(error: NodeJS.ErrnoException): Attempt {
  const { code = '', message } = error
  if (code === 'ECONNREFUSED') return { outcome: 'refused' }
  if (code === 'ETIMEDOUT') return { outcome: 'timed-out' }
  if (/^E(?:HOSTUNREACH|NETUNREACH|HOSTDOWN|NETDOWN|PERM|ACCES|ADDRNOTAVAIL)$/.test(code))
    return { outcome: 'unreachable', detail: message }
  return { outcome: 'failed', detail: message }
}
