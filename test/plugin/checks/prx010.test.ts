import check from '../../../plugin/checks/prx/prx010-other-mode-than-configured.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubeProxySnapshot } from '../../support/kube-proxy.ts'

const running = (mode: string) =>
  kubeProxySnapshot({ parts: { kubeProxy: { healthz: unavailable('missing', ''), mode: ok(mode) } } })

checkCases(check, {
  fires: [{ name: 'where they differ', given: running('iptables'), subject: 'node1', at: 'proxyMode' }],
  silent: [
    { name: 'where they agree', given: running('ipvs'), answer: 'passed' },
    { name: 'where it does not tell', given: kubeProxySnapshot({}), answer: 'not-run' },
  ],
})
