import check from '../../../plugin/checks/api/api002-account-forbidden.ts'
import { containerLog, daemonPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubeProxyPod } from '../../support/kube-proxy.ts'
import { snapshot } from '../../support/snapshot.ts'

const says =
  'services is forbidden: User "system:serviceaccount:kube-system:kube-proxy" cannot list resource "services" in API group "" at the cluster scope'
const given = (text: string, pods = [kubeProxyPod()]) =>
  snapshot({ cluster: { pods, componentLogs: [containerLog('kube-proxy', text)] } })
const dns = daemonPod('coredns/coredns:1.12', 'coredns', { name: 'kube-proxy-x' })

checkCases(check, {
  fires: [
    { name: 'on the API’s refusal', given: given(says), subject: 'cluster', at: 'kube-proxy-x' },
    {
      name: 'as an error where kube-proxy is refused now',
      given: given(`E0101 11:59:30.000000       1 reflector.go:205] "Failed to watch" err="${says}"`, [
        kubeProxyPod({ serviceAccount: 'kube-proxy' }),
      ]),
      subject: 'cluster',
      at: 'kube-proxy-x',
      severity: 'error',
    },
    {
      name: 'as a warning where it was refused before',
      given: given(`E0101 10:59:30.000000       1 reflector.go:205] "Failed to watch" err="${says}"`, [
        kubeProxyPod({ serviceAccount: 'kube-proxy' }),
      ]),
      subject: 'cluster',
      at: 'kube-proxy-x',
    },
  ],
  silent: [
    {
      name: 'on a proxy’s refusal',
      given: given('Get "https://192.0.2.1/api/v1/services": Forbidden'),
      answer: 'passed',
    },
    { name: 'on what DNS lacks', given: given(says, [dns]), answer: 'passed' },
  ],
})
