import check from '../../../plugin/checks/dns/dns009-upstream-silent.ts'
import { checkCases } from '../../support/check-cases.ts'
import { brokenDnsPod, coreDnsPod, dnsSnapshot } from '../../support/dns-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const subject = 'kube-system/kube-dns'
const silent = (name: string) => `[ERROR] plugin/errors: 2 ${name} read udp 10.244.1.9:4000->192.0.2.53:53: i/o timeout`
const given = (log: string) => dnsSnapshot({ pods: [coreDnsPod()], log })
const api =
  'failed to list *v1.Service: Get "https://10.96.0.1:443/api/v1/services": dial tcp 10.96.0.1:443: i/o timeout'

const oldLoop = '[FATAL] plugin/loop: Seen "HINFO IN 1.2." more than twice, loop detected'
const ended = (image: string, nameserver: string) =>
  dnsSnapshot({ pods: [brokenDnsPod({}, image)], log: oldLoop, resolver: { nameservers: [nameserver] } })

checkCases(check, {
  fires: [
    {
      name: 'on an old release that takes silence for a loop',
      given: ended('coredns:1.2.2', '192.0.2.53'),
      subject,
      at: 'Pod kube-system/coredns-x',
    },
    {
      name: 'on a fresh timeout',
      given: given(`2026-01-01T11:58:00Z ${silent('example.org. A:')}`),
      subject,
      at: 'Pod kube-system/coredns-x',
    },
    {
      name: 'on a timeout at the end of a log without times',
      given: given(`.:53\nCoreDNS-1.11.1\n${silent('example.org. A:')}`),
      subject,
      at: 'Pod kube-system/coredns-x',
    },
    {
      name: 'on timeouts that come rarely and may come again',
      given: given([47, 50, 53].map(minute => `2026-01-01T11:${minute}:00Z ${silent('example.org. A:')}`).join('\n')),
      subject,
      at: 'Pod kube-system/coredns-x',
    },
  ],
  silent: [
    {
      name: 'on a burst of timeouts that has been over for minutes',
      given: given([10, 20, 30].map(second => `2026-01-01T11:52:${second}Z ${silent('example.org. A:')}`).join('\n')),
      answer: 'passed',
    },
    { name: 'on a loop', given: ended('coredns:1.2.2', '127.0.0.53'), answer: 'passed' },
    { name: 'on a loop that a later release tells', given: ended('coredns:1.3.1', '192.0.2.53'), answer: 'passed' },
    { name: 'on the self-test alone', given: given(silent('1.2. HINFO:')), answer: 'passed' },
    {
      name: 'on an old timeout',
      given: given(`2026-01-01T09:58:00Z ${silent('example.org. A:')}`),
      answer: 'passed',
    },
    {
      name: 'when the API server does not answer either',
      given: given(`${api}\n${silent('example.org. A:')}`),
      answer: 'passed',
    },
    {
      name: 'when no log of DNS was read',
      given: dnsSnapshot({ pods: [coreDnsPod()], cluster: { componentLogs: [] } }),
      answer: 'not-run',
    },
    { name: 'without DNS', given: snapshot({ cluster: { pods: [], componentLogs: [] } }), answer: 'not-applicable' },
  ],
})
