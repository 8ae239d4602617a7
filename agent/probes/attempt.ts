import type { ProbeAnswer } from '../../shared/protocol/probes.ts'

/** Outcome of one probe; it was sent once when `tries` is absent. */
export type Attempt = Pick<ProbeAnswer, 'outcome'> & Partial<Pick<ProbeAnswer, 'tries' | 'dns' | 'detail'>>

/** The outcome that a socket error stands for. A local packet filter may refuse to send (EPERM). */
export function attemptOf(error: NodeJS.ErrnoException): Attempt {
  const { code = '', message } = error
  if (code === 'ECONNREFUSED') return { outcome: 'refused' }
  if (code === 'ETIMEDOUT') return { outcome: 'timed-out' }
  if (/^E(?:HOSTUNREACH|NETUNREACH|HOSTDOWN|NETDOWN|PERM|ACCES|ADDRNOTAVAIL)$/.test(code))
    return { outcome: 'unreachable', detail: message }
  return { outcome: 'failed', detail: message }
}
