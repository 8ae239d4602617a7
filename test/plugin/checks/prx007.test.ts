import check from '../../../plugin/checks/prx/prx007-rules-not-written.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubeProxySnapshot } from '../../support/kube-proxy.ts'

const says = 'Failed to execute iptables-restore: exit status 2 (invalid mask)'
const locked = 'Failed to execute iptables-restore: exit status 4 (Another app is currently holding the xtables lock)'

checkCases(check, {
  fires: [{ name: 'while the tool refuses', given: kubeProxySnapshot({ says }), subject: 'node1', at: 'kube-proxy-x' }],
  silent: [
    { name: 'when it refused hours ago', given: kubeProxySnapshot({ said: says }), answer: 'passed' },
    { name: 'when another program held the lock', given: kubeProxySnapshot({ says: locked }), answer: 'passed' },
  ],
})
