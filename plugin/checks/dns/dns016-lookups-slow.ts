import type { Subject } from '../../../shared/finding.ts'
import { clusterCheck, type Draft } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { judgeLookups, lookupInputs } from '../../model/lookups.ts'
import { askers, evidenceOf, type Probed } from '../../model/probe-results.ts'

/** Noticeable delay in ms; an answer of cluster DNS takes a few. */
const slowMs = 1_000

export default clusterCheck({
  code: 'DNS016',
  severity: 'warning',
  title: 'Lookups slow',
  explains: [],
  ...lookupInputs,
  run: input => judgeLookups(input, { isOdd: isSlow, draft }),
})

const isSlow = ({ answer: { outcome, ms } }: Probed): boolean => outcome === 'connected' && ms > slowMs

function draft(lookups: readonly Probed[], subject: Subject): Draft {
  const isRepeated = lookups.some(({ answer }) => answer.tries > 1)
  return {
    subject,
    confidence: 'likely',
    message: `lookups from pods on ${askers(lookups).join(', ')} are slow: ${
      isRepeated
        ? 'the first query was lost, and programs wait 5 s before they ask again'
        : `up to ${Math.max(...lookups.map(({ answer }) => answer.ms))} ms`
    }`,
    evidence: lookups.slice(0, 6).map(lookup => evidenceOf(lookup, `an answer to the first query within ${slowMs} ms`)),
    danger: 'every new connection of programs there begins with this wait',
    remedies: [
      {
        title: 'see whether queries are lost on this node (insert_failed grows) or late in the DNS server',
        commands: [onNode('conntrack -S; sleep 10; conntrack -S'), onNode('cat /proc/net/softnet_stat')],
        risk: 'none',
      },
    ],
    verify: 'kubectl netcheck check --probe --only DNS016',
  }
}
