import check from '../../../plugin/checks/dns/dns017-lookups-fail.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { dnsTarget, lost, probed, tcpTarget } from '../../support/probe-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const given = (...probes: ReturnType<typeof probed>[]) => snapshot({ nodes: { node1: { probes } } })
const overTcp = dnsTarget({ kind: 'dns-tcp' })
const outside = dnsTarget({ purpose: 'outside-name', name: 'example.com' })
const found = { dns: { rcode: 0, answers: 1 } }
const unknown = { dns: { rcode: 3, answers: 0 } }
const subject = 'kube-system/kube-dns'

checkCases(check, {
  fires: [
    { name: 'when nobody answers', given: given(probed(dnsTarget(), lost)), subject, at: 'a pod on node1' },
    {
      name: 'when the cluster’s own name does not exist',
      given: given(probed(dnsTarget(), unknown)),
      subject,
      at: 'a pod on node1',
    },
    {
      name: 'when the upstream fails',
      given: given(probed(dnsTarget(), found), probed(outside, { dns: { rcode: 2, answers: 0 } })),
      subject,
      at: 'a pod on node1',
    },
    {
      name: 'as a warning over TCP alone',
      given: given(probed(dnsTarget(), found), probed(overTcp, { outcome: 'refused' })),
      subject,
      at: 'a pod on node1',
      severity: 'warning',
    },
  ],
  silent: [
    {
      name: 'when both ways answer',
      given: given(probed(dnsTarget(), found), probed(overTcp, found)),
      answer: 'passed',
    },
    { name: 'when a name outside does not exist', given: given(probed(outside, unknown)), answer: 'passed' },
    { name: 'when no name was asked for', given: given(probed(tcpTarget(), lost)), answer: 'not-applicable' },
    {
      name: 'when the namespace of the pod was not entered',
      given: given({ target: dnsTarget(), answer: unavailable('denied', 'not permitted') }),
      answer: 'not-run',
    },
  ],
})
