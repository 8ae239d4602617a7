import type { Subject } from '../../../shared/finding.ts'
import { clusterCheck, type Draft } from '../../engine/check.ts'
import { onNode, onWorkstation } from '../../model/command.ts'
import { judgeLookups, lookupInputs } from '../../model/lookups.ts'
import { askers, evidenceOf, type Probed } from '../../model/probe-results.ts'

export default clusterCheck({
  code: 'DNS017',
  severity: 'error',
  title: 'Lookups fail',
  explains: [],
  ...lookupInputs,
  run: input => judgeLookups(input, { isOdd: isFailing, draft }),
})

/** NXDOMAIN for an external name is an answer; the cluster's own name exists. */
const isFailing = ({ target, answer: { outcome, dns } }: Probed): boolean =>
  outcome !== 'connected' ||
  (dns !== null && dns.rcode !== 0 && !(dns.rcode === 3 && target.purpose === 'outside-name'))

function draft(lookups: readonly Probed[], subject: Subject): Draft {
  const overTcp = lookups.every(({ target }) => target.kind === 'dns-tcp')
  const outside = lookups.every(({ target }) => target.purpose === 'outside-name')
  const address = lookups[0]?.target.address
  return {
    subject,
    severity: overTcp ? 'warning' : 'error',
    message: `lookups from pods on ${askers(lookups).join(', ')} fail at ${address}${outside ? ', for names outside of the cluster only' : ''}${
      overTcp ? ', over TCP only: long answers are lost' : ''
    }`,
    evidence: lookups.slice(0, 6).map(lookup => evidenceOf(lookup, 'NOERROR')),
    danger: 'programs in pods there find no name, which looks like every other service being down',
    remedies: [
      {
        title: 'ask the DNS pods themselves, past the service, and see what they say',
        commands: [
          onWorkstation('kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide'),
          onWorkstation('kubectl -n kube-system logs -l k8s-app=kube-dns --tail=50'),
          onNode(`iptables-save -t nat | grep -F ${address}`),
        ],
        risk: 'none',
      },
    ],
    verify: 'kubectl netcheck check --probe --only DNS017',
  }
}
