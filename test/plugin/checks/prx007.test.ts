import check from '../../../plugin/checks/prx/prx007-rules-not-written.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubeProxySnapshot } from '../../support/kube-proxy.ts'

const says = 'Failed to execute iptables-restore: exit status 2 (invalid mask)'
const locked = 'Failed to execute iptables-restore: exit status 4 (Another app is currently holding the xtables lock)'

checkCases(check, {
  fires: [
    { name: 'while the tool refuses', given: kubeProxySnapshot({ says }), subject: 'node1', at: 'kube-proxy-x' },
    {
      name: 'as a warning while another program always holds the lock',
      given: kubeProxySnapshot({ says: Array(6).fill(locked).join('\nE0101 11:58:00.000001       1 proxier.go:1] ') }),
      subject: 'node1',
      at: 'kube-proxy-x',
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'when it refused hours ago', given: kubeProxySnapshot({ said: says }), answer: 'passed' },
    { name: 'when another program held the lock', given: kubeProxySnapshot({ says: locked }), answer: 'passed' },
  ],
})
