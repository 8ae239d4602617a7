import pLimit from 'p-limit'
import { type ProbeAnswer, type ProbeTarget, probeLimits } from '../../shared/protocol/probes.ts'
import { connect } from './connect.ts'
import { queryTcp, queryUdp } from './dns-query.ts'

const untried: ProbeAnswer = { outcome: 'untried', ms: 0, tries: 0, dns: null, detail: '' }

/** Asks every question from the network namespace of this process: one answer per target, in their order. */
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
        // A query over UDP may be asked twice.
        const most = target.kind === 'dns-udp' ? left / 2 : left
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

function ask(target: ProbeTarget, attemptMs: number) {
  if (target.kind === 'tcp') return connect(target, attemptMs)
  return target.kind === 'dns-udp' ? queryUdp(target, attemptMs) : queryTcp(target, attemptMs)
}
