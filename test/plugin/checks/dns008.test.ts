import check from '../../../plugin/checks/dns/dns008-coredns-memory-limit.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import { container, pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { coreDnsPod, corefile, dnsSnapshot, unreadyDnsPod } from '../../support/dns-objects.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const subject = 'kube-system/kube-dns'
const killed = (minutes: number) =>
  container({
    name: 'coredns',
    restarts: 4,
    lastReason: 'OOMKilled',
    lastExitCode: 137,
    lastFinishedAt: minutesAgo(minutes),
  })
const limited = (memoryLimit: string): Pod => ({
  ...coreDnsPod(),
  specs: coreDnsPod().specs.map(spec => ({ ...spec, memoryLimit })),
})

checkCases(check, {
  fires: [
    {
      name: 'on a pod that was killed for its memory',
      given: dnsSnapshot({ pods: [unreadyDnsPod({ containers: [killed(3)] })], resolver: {} }),
      subject,
      at: 'Pod kube-system/coredns-x',
    },
    {
      name: 'on a limit that is less than CoreDNS takes',
      given: dnsSnapshot({ pods: [limited('50Mi')], resolver: {} }),
      subject,
      at: 'limits.memory',
    },
  ],
  silent: [
    { name: 'on the limit of kubeadm', given: dnsSnapshot({ pods: [coreDnsPod()], resolver: {} }), answer: 'passed' },
    {
      name: 'on a kill of long ago',
      given: dnsSnapshot({ pods: [coreDnsPod({ containers: [killed(600)] })], resolver: {} }),
      answer: 'passed',
    },
    {
      name: 'when a forwarding loop eats the memory',
      given: dnsSnapshot({
        pods: [unreadyDnsPod({ containers: [killed(3)] })],
        text: corefile.replace('loop', ''),
        resolver: { nameservers: ['127.0.0.53'] },
      }),
      answer: 'passed',
    },
    {
      name: 'without DNS',
      given: snapshot({ cluster: { pods: [pod()], services: [] } }),
      answer: 'not-applicable',
    },
  ],
})
