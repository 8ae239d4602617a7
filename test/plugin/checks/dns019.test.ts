import check from '../../../plugin/checks/dns/dns019-probe-without-plugin.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import type { Probe } from '../../../plugin/kube/container-spec.ts'
import { containerPort, httpProbe, sandboxEvent } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { coreDnsPod, corefile, dnsSnapshot, unreadyDnsPod } from '../../support/dns-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const probed = (pod: Pod, probes: { readiness?: Probe; liveness?: Probe }): Pod => ({
  ...pod,
  specs: pod.specs.map(spec => ({ ...spec, ports: [containerPort(8181, { name: 'readiness-probe' })], ...probes })),
})
const asksReady = (pod: Pod) => probed(pod, { readiness: httpProbe(8181, '/ready') })
const without = (plugin: string) => corefile.replace(new RegExp(`${plugin}( {[^}]*})?\n`), '')
const refused = sandboxEvent(
  'Readiness probe failed: Get http://10.244.1.9:8181/ready: dial tcp 10.244.1.9:8181: connect: connection refused',
  { reason: 'Unhealthy', object: { kind: 'Pod', namespace: 'kube-system', name: 'coredns-x', uid: '' } },
)
const subject = 'kube-system/kube-dns'

checkCases(check, {
  fires: [
    {
      name: 'on a probe of which only an event tells',
      given: dnsSnapshot({ pods: [unreadyDnsPod()], text: without('ready'), cluster: { events: [refused] } }),
      subject,
      at: 'readiness probe',
    },
    {
      name: 'on a readiness probe without the plugin',
      given: dnsSnapshot({ pods: [asksReady(unreadyDnsPod())], text: without('ready') }),
      subject,
      at: 'readiness probe',
    },
    {
      name: 'on a probe by the name of its port',
      given: dnsSnapshot({
        pods: [probed(unreadyDnsPod(), { readiness: httpProbe('readiness-probe', '/ready') })],
        text: without('ready'),
      }),
      subject,
      at: 'ConfigMap kube-system/coredns',
    },
    {
      name: 'on a liveness probe without the plugin',
      given: dnsSnapshot({
        pods: [probed(coreDnsPod(), { liveness: httpProbe(8080, '/health') })],
        text: without('health'),
      }),
      subject,
      at: 'liveness probe',
    },
    {
      name: 'on a plugin at another port',
      given: dnsSnapshot({ pods: [asksReady(coreDnsPod())], text: corefile.replace('ready\n', 'ready :8182\n') }),
      subject,
      at: 'readiness probe',
    },
  ],
  silent: [
    {
      name: 'on a probe that is refused though the plugin is there',
      given: dnsSnapshot({ pods: [unreadyDnsPod()], cluster: { events: [refused] } }),
      answer: 'passed',
    },
    { name: 'on the file of kubeadm', given: dnsSnapshot({ pods: [asksReady(coreDnsPod())] }), answer: 'passed' },
    {
      name: 'on a pod without probes',
      given: dnsSnapshot({ pods: [coreDnsPod()], text: without('ready') }),
      answer: 'passed',
    },
    {
      name: 'on files that are imported',
      given: dnsSnapshot({
        pods: [asksReady(coreDnsPod())],
        text: corefile.replace('ready\n', 'import custom/*.override\n'),
      }),
      answer: 'passed',
    },
    {
      name: 'when the Corefile was not read',
      given: dnsSnapshot({ pods: [asksReady(coreDnsPod())], cluster: { configMaps: [] } }),
      answer: 'not-run',
    },
    { name: 'without CoreDNS', given: snapshot({ cluster: { pods: [], configMaps: [] } }), answer: 'not-applicable' },
  ],
})
