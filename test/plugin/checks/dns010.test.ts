import check from '../../../plugin/checks/dns/dns010-coredns-privileges-blocked.ts'
import { container } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { brokenDnsPod, coreDnsPod, dnsSnapshot } from '../../support/dns-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const subject = 'kube-system/kube-dns'
const port = 'Listen: listen tcp :53: bind: permission denied'
const start = 'standard_init_linux.go:178: exec user process caused "operation not permitted"'
const ended = container({ name: 'coredns', ready: false, state: 'terminated', reason: 'Error', message: start })

checkCases(check, {
  fires: [
    {
      name: 'on a port that is refused',
      given: dnsSnapshot({ pods: [brokenDnsPod()], log: port }),
      subject,
      at: 'log',
    },
    {
      name: 'on a start that is refused',
      given: dnsSnapshot({ pods: [brokenDnsPod()], log: start }),
      subject,
      at: 'securityContext',
    },
    {
      name: 'on what the runtime says of its end',
      given: dnsSnapshot({ pods: [brokenDnsPod({ containers: [ended] })] }),
      subject,
      at: 'Pod kube-system/coredns-x',
    },
  ],
  silent: [
    { name: 'on a pod that is ready now', given: dnsSnapshot({ pods: [coreDnsPod()], log: port }), answer: 'passed' },
    {
      name: 'on another reason',
      given: dnsSnapshot({ pods: [brokenDnsPod()], log: 'Listen: listen tcp :53: bind: address already in use' }),
      answer: 'passed',
    },
    { name: 'when no log was read', given: dnsSnapshot({ pods: [brokenDnsPod()] }), answer: 'not-run' },
    { name: 'without DNS', given: snapshot({ cluster: { pods: [] } }), answer: 'not-applicable' },
  ],
})
