import check from '../../../plugin/checks/dns/dns004-corefile-not-valid.ts'
import { configMap } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { brokenDnsPod, coreDnsPod, corefile, dnsSnapshot } from '../../support/dns-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const subject = 'kube-system/kube-dns'
const withProxy = corefile.replace(/forward[^}]*}/, 'proxy . /etc/resolv.conf')
const refusal = "/etc/coredns/Corefile:10 - Error during parsing: Unknown directive 'proxy'"

checkCases(check, {
  fires: [
    {
      name: 'on a line of an imported file',
      given: dnsSnapshot({
        pods: [brokenDnsPod()],
        log: "/etc/coredns/custom/a.override:1 - Error during parsing: Unknown directive 'heath'",
        cluster: {
          configMaps: [
            configMap('coredns', { Corefile: corefile }),
            configMap('coredns-custom', { 'a.override': 'heath' }),
          ],
        },
      }),
      subject,
      at: 'ConfigMap kube-system/coredns-custom, a.override line 1',
    },
    {
      name: 'on a plugin that was removed, as the log says',
      given: dnsSnapshot({ pods: [brokenDnsPod()], text: withProxy, log: refusal }),
      subject,
      at: 'Corefile line 10',
    },
    {
      name: 'on a property that came later',
      given: dnsSnapshot({
        pods: [brokenDnsPod({}, 'coredns:1.6.5')],
        log: "plugin/forward: /etc/coredns/Corefile:11 - Error during parsing: unknown property 'max_concurrent'",
      }),
      subject,
      at: 'Corefile line 11',
    },
    {
      name: 'on a line that only the log knows to be wrong',
      given: dnsSnapshot({
        pods: [brokenDnsPod()],
        log: "Corefile:3 - Error during parsing: Unknown directive 'heath'",
      }),
      subject,
      at: 'log',
    },
    {
      name: 'as a warning while CoreDNS runs with an older file',
      given: dnsSnapshot({ pods: [coreDnsPod()], text: withProxy }),
      subject,
      at: 'Corefile line 10',
      severity: 'warning',
    },
    {
      name: 'on a brace that is not closed',
      given: dnsSnapshot({ pods: [coreDnsPod()], text: '.:53 {\n errors\n' }),
      subject,
      at: 'Corefile',
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'on the file of kubeadm', given: dnsSnapshot({ pods: [coreDnsPod()] }), answer: 'passed' },
    {
      name: 'on a removed plugin in a version that still has it',
      given: dnsSnapshot({
        pods: [coreDnsPod({}, 'coredns:1.3.1')],
        text: '. {\n proxy . /etc/resolv.conf\n kubernetes cluster.local {\n  upstream\n }\n}',
      }),
      answer: 'passed',
    },
    {
      name: 'on a plugin that is in no release',
      given: dnsSnapshot({ pods: [coreDnsPod()], text: '. {\n netbox {\n  token x\n }\n}' }),
      answer: 'passed',
    },
    {
      name: 'when the Corefile was not read',
      given: dnsSnapshot({ pods: [coreDnsPod()], cluster: { configMaps: [] } }),
      answer: 'not-run',
    },
    { name: 'without CoreDNS', given: snapshot({ cluster: { pods: [] } }), answer: 'not-applicable' },
  ],
})
