import check from '../../../plugin/checks/prx/prx011-api-not-reached.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubeProxySnapshot } from '../../support/kube-proxy.ts'

const once = 'failed to list *v1.Service: Get "https://192.0.2.1:6443/api/v1/services": dial tcp: i/o timeout'
const says = `${once}\nE0101 11:59:30.000001       1 reflector.go:1] ${once}`

const waits = 'Version info\nI0101 11:58:00.000001       1 shared_informer.go:1] "Waiting for caches to sync"'

const node =
  '"Failed to retrieve node info" err="Get \\"https://192.0.2.1:6444/api/v1/nodes/n\\": dial tcp: connection refused"'

checkCases(check, {
  fires: [
    {
      name: 'while it waits for a first answer and says no more',
      given: kubeProxySnapshot({ said: waits }),
      subject: 'node1',
      at: 'kube-proxy-x',
    },
    {
      name: 'while it fails again and again',
      given: kubeProxySnapshot({ says }),
      subject: 'node1',
      at: 'kube-proxy-x',
    },
    {
      name: 'while it asks for its own node again and again',
      given: kubeProxySnapshot({ says: `${node}\nE0101 11:59:30.000001       1 server.go:1] ${node}` }),
      subject: 'node1',
      at: 'kube-proxy-x',
    },
  ],
  silent: [
    {
      name: 'when it was answered after it had waited',
      given: kubeProxySnapshot({
        said: `${waits}\nI0101 11:58:01.000001       1 shared_informer.go:1] "Caches are synced"`,
      }),
      answer: 'passed',
    },
    {
      name: 'when it has only just begun to wait',
      given: kubeProxySnapshot({ said: waits.replace('11:58:00', '11:59:50') }),
      answer: 'passed',
    },
    { name: 'on one failed watch', given: kubeProxySnapshot({ says: once }), answer: 'passed' },
    {
      name: 'when it has not said so for minutes',
      given: kubeProxySnapshot({ said: `${once}\nE0101 11:54:00.000001       1 reflector.go:1] ${once}` }),
      answer: 'passed',
    },
    { name: 'when it failed hours ago', given: kubeProxySnapshot({ said: once }), answer: 'passed' },
  ],
})
