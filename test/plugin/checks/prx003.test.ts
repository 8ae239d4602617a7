import check from '../../../plugin/checks/prx/prx003-configuration-not-understood.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubeProxySnapshot } from '../../support/kube-proxy.ts'

const says = 'no kind "KubeProxyConfiguration" is registered for version "x/v1"'
const lenient = 'using lenient decoding as strict decoding failed: strict decoding error: unknown field "ipvs.x"'

checkCases(check, {
  fires: [
    {
      name: 'when it ended with that',
      given: kubeProxySnapshot({ says, crashed: true }),
      subject: 'cluster',
      at: 'kube-proxy-x',
    },
    {
      name: 'as a warning when it left something out',
      given: kubeProxySnapshot({ says: lenient }),
      subject: 'cluster',
      at: 'kube-proxy-x',
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'when it runs', given: kubeProxySnapshot({ said: says }), answer: 'passed' },
    {
      name: 'when it lost the API server in the middle of an answer',
      given: kubeProxySnapshot({
        says: 'watch ended with error: unable to decode an event from the watch stream: context canceled',
        crashed: true,
      }),
      answer: 'passed',
    },
    {
      name: 'when it ended otherwise',
      given: kubeProxySnapshot({ says: 'no route to host', crashed: true }),
      answer: 'passed',
    },
  ],
})
