import check from '../../../plugin/checks/dns/dns016-lookups-slow.ts'
import { checkCases } from '../../support/check-cases.ts'
import { dnsTarget, lost, probed, tcpTarget } from '../../support/probe-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const found = { rcode: 0, answers: 1 }
const given = (...probes: ReturnType<typeof probed>[]) => snapshot({ nodes: { node1: { probes } } })

checkCases(check, {
  fires: [
    {
      name: 'when only the second query is answered',
      given: given(probed(dnsTarget(), { ms: 2_003, tries: 2, dns: found })),
      subject: 'kube-system/kube-dns',
      at: 'a pod on node1',
    },
    {
      name: 'when the answer takes more than a second',
      given: given(probed(dnsTarget({ kind: 'dns-tcp' }), { ms: 1_400, dns: found })),
      subject: 'kube-system/kube-dns',
      at: 'a pod on node1',
    },
  ],
  silent: [
    { name: 'when answers come at once', given: given(probed(dnsTarget(), { ms: 900, dns: found })), answer: 'passed' },
    {
      name: 'when there is no answer at all, which is more than slow',
      given: given(probed(dnsTarget(), lost)),
      answer: 'passed',
    },
    { name: 'when no name was asked for', given: given(probed(tcpTarget())), answer: 'not-applicable' },
  ],
})
