import check from '../../../plugin/checks/dns/dns003-forwarding-loop.ts'
import { container } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { brokenDnsPod, coreDnsPod, corefile, dnsSnapshot, unreadyDnsPod } from '../../support/dns-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const line = (source: string) =>
  `[FATAL] plugin/loop: Loop (${source}:4500 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 1.2."`
const oldLine = '[FATAL] plugin/loop: Seen "HINFO IN 1.2." more than twice, loop detected'
const stub = { nameservers: ['127.0.0.53'] }
const killed = unreadyDnsPod({
  containers: [container({ name: 'coredns', ready: false, lastReason: 'OOMKilled', lastExitCode: 137 })],
})
const subject = 'kube-system/kube-dns'

checkCases(check, {
  fires: [
    {
      name: 'on the plugin’s word and a loopback server',
      given: dnsSnapshot({ pods: [brokenDnsPod()], log: line('127.0.0.1'), resolver: stub }),
      subject,
      at: 'node1:/etc/resolv.conf',
    },
    {
      name: 'on the word of an early version when the server is loopback',
      given: dnsSnapshot({ pods: [brokenDnsPod({}, 'coredns:1.2.2')], log: oldLine, resolver: stub }),
      subject,
      at: 'node1:/etc/resolv.conf',
    },
    {
      name: 'on the plugin’s word alone when the node was not read',
      given: dnsSnapshot({ pods: [brokenDnsPod()], log: line('10.0.0.7') }),
      subject,
      at: 'log',
    },
    {
      name: 'on memory that ran out without the plugin',
      given: dnsSnapshot({ pods: [killed], text: corefile.replace('loop', ''), resolver: stub }),
      subject,
      at: 'Pod kube-system/coredns-x',
    },
    {
      name: 'on a Corefile that forwards to the service of DNS',
      given: dnsSnapshot({
        pods: [brokenDnsPod()],
        text: corefile.replace('/etc/resolv.conf', '10.96.0.10'),
        log: line('10.244.1.9'),
      }),
      subject,
      at: 'ConfigMap kube-system/coredns',
    },
    {
      name: 'as a warning of what the next start will be',
      given: dnsSnapshot({ pods: [coreDnsPod()], resolver: stub }),
      subject,
      at: 'node1:/etc/resolv.conf',
      severity: 'warning',
    },
  ],
  silent: [
    {
      name: 'on an early version whose server is merely out of reach',
      given: dnsSnapshot({ pods: [brokenDnsPod({}, 'coredns:1.2.2')], log: oldLine, resolver: {} }),
      answer: 'passed',
    },
    { name: 'on a server outside', given: dnsSnapshot({ pods: [coreDnsPod()], resolver: {} }), answer: 'passed' },
    {
      name: 'on loopback for a pod on the host’s network',
      given: dnsSnapshot({ pods: [coreDnsPod({ hostNetwork: true })], resolver: stub }),
      answer: 'passed',
    },
    {
      name: 'on loopback with a port of its own',
      given: dnsSnapshot({
        pods: [coreDnsPod()],
        text: corefile.replace('/etc/resolv.conf', '127.0.0.1:5300'),
        resolver: stub,
      }),
      answer: 'passed',
    },
    {
      name: 'when neither log nor node was read',
      given: dnsSnapshot({ pods: [unreadyDnsPod()] }),
      answer: 'not-run',
    },
    { name: 'without CoreDNS', given: snapshot({ cluster: { pods: [] } }), answer: 'not-applicable' },
  ],
})
