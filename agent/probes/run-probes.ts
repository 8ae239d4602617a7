import pLimit from 'p-limit'
import { type ProbeAnswer, type ProbeTarget, probeLimits } from '../../shared/protocol/probes.ts'
import { connect } from './connect.ts'
import { queryTcp, queryTcpLarge, queryUdp } from './dns-query.ts'

const untried: ProbeAnswer = { outcome: 'untried', ms: 0, tries: 0, dns: null, detail: '' }

/** Sends every probe from the network namespace of this process: one answer per target, in order. */
export function runProbes(
  targets: readonly ProbeTarget[],
  { attemptMs, totalMs }: { attemptMs: number; totalMs: number } = probeLimits,
): Promise<readonly ProbeAnswer[]> {
  const limit = pLimit(probeLimits.atOnce)
  const end = performance.now() + totalMs
  return Promise.all(
    targets.map(target =>
      limit(async () => {
        const left = end - performance.now()
        const most = isAskedTwice(target) ? left / 2 : left
        return left <= 0 ? untried : probe(target, Math.min(attemptMs, most))
      }),
    ),
  )
}

async function probe(target: ProbeTarget, attemptMs: number): Promise<ProbeAnswer> {
  const start = performance.now()
  const { outcome, tries = 1, dns = null, detail = '' } = await ask(target, attemptMs)
  return { outcome, ms: Math.round(performance.now() - start), tries, dns, detail: detail.slice(0, 600) }
}

/** Probes that are repeated when they get no answer. */
const isAskedTwice = ({ kind }: ProbeTarget): boolean => kind === 'dns-udp' || kind === 'dns-tcp-large'

const queries = { 'dns-udp': queryUdp, 'dns-tcp': queryTcp, 'dns-tcp-large': queryTcpLarge } as const

const ask = (target: ProbeTarget, attemptMs: number) =>
  target.kind === 'tcp' ? connect(target, attemptMs) : queries[target.kind](target, attemptMs)
