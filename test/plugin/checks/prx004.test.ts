import check from '../../../plugin/checks/prx/prx004-hostname-unknown.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubeProxySnapshot } from '../../support/kube-proxy.ts'

const says = 'Failed to retrieve node info: nodes "other" not found'
const own = 'Failed to retrieve node info: nodes "node1" not found'
const at = 'kube-proxy-x'

checkCases(check, {
  fires: [
    { name: 'while it still asks', given: kubeProxySnapshot({ says }), subject: 'node1', at },
    {
      name: 'as an error when it ended',
      given: kubeProxySnapshot({ says, crashed: true }),
      subject: 'node1',
      at,
      severity: 'error',
    },
  ],
  silent: [
    { name: 'when it asked at its start', given: kubeProxySnapshot({ said: says }), answer: 'passed' },
    { name: 'when the Node is there by now', given: kubeProxySnapshot({ says: own }), answer: 'passed' },
  ],
})
