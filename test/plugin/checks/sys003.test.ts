import check from '../../../plugin/checks/sys/sys003-br-netfilter-missing.ts'
import { unavailable } from '../../../shared/reading.ts'
import { crashing, daemonPod, pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridge, bridgeFile, cniConfig, configFile, plugin, runtime, sysctls } from '../../support/host-objects.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

const key = 'net/bridge/bridge-nf-call-iptables'
const absent: GivenParts = {
  sysctls: sysctls({ [key]: unavailable('missing', '') }),
  modules: { states: { br_netfilter: 'absent' } },
  cniConfig: cniConfig(bridgeFile('10-x.conflist', 'net', '10.244.1.0/24')),
  runtime: runtime(),
  bridges: { bridges: [bridge('cni0', [true])] },
}
const proxyPod = daemonPod('registry.k8s.io/kube-proxy:v1.36.0', 'kube-proxy')
const flannel = cniConfig(configFile('10-flannel.conflist', { plugins: [plugin('flannel')] }))
const stuck = daemonPod('flannel/flannel:v0.26.1', 'kube-flannel-ds', crashing('kube-flannel-ds'))
const given = (change: GivenParts = {}, pods = [proxyPod, pod()]) =>
  snapshot({
    nodes: { node1: { ...absent, ...change } },
    cluster: { pods, daemonSets: [], nodes: [] },
  })
const calico = cniConfig(configFile('10-calico.conflist', { plugins: [plugin('calico')] }))

checkCases(check, {
  fires: [
    {
      name: 'where neither module nor setting exist',
      given: given(),
      subject: 'node1',
      at: '/sys/module/br_netfilter',
    },
    {
      name: 'on a node where flannel does not start without it, so that there is no bridge',
      given: given({ bridges: { bridges: [] }, cniConfig: flannel }, [proxyPod, stuck]),
      subject: 'node1',
      at: '/sys/module/br_netfilter',
    },
    {
      name: 'as a warning where no pod hangs on a bridge yet',
      given: given({ bridges: { bridges: [] } }),
      subject: 'node1',
      at: '/sys/module/br_netfilter',
      severity: 'warning',
    },
  ],
  silent: [
    {
      name: 'where it is built in: a setting without a module',
      given: given({ sysctls: sysctls({ [key]: '1' }) }),
      answer: 'passed',
    },
    { name: 'for a CNI without a bridge', given: given({ cniConfig: calico }), answer: 'not-applicable' },
    { name: 'when the module’s state is not known', given: given({ modules: { states: {} } }), answer: 'not-run' },
    {
      name: 'when the setting was not read',
      given: given({ sysctls: sysctls({ [key]: unavailable('denied', '') }) }),
      answer: 'not-run',
    },
    { name: 'when the bridges were not read', given: given({ bridges: unavailable('denied', '') }), answer: 'not-run' },
  ],
})
