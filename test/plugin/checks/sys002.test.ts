import check from '../../../plugin/checks/sys/sys002-bridge-netfilter-off.ts'
import { unavailable } from '../../../shared/reading.ts'
import { daemonPod, pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridge, bridgeFile, cniConfig, configFile, plugin, runtime, sysctls } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from '../../support/snapshot.ts'

const key = 'net/bridge/bridge-nf-call-iptables'
const key6 = 'net/bridge/bridge-nf-call-ip6tables'
const proxyPod = daemonPod('registry.k8s.io/kube-proxy:v1.36.0', 'kube-proxy')
const bridged: GivenParts = {
  cniConfig: cniConfig(bridgeFile('10-x.conflist', 'net', '10.244.1.0/24')),
  runtime: runtime(),
  bridges: { bridges: [bridge('cni0', [true])] },
}
const given = (value: string, parts: GivenParts = bridged, cluster: GivenCluster = {}) =>
  snapshot({
    nodes: { node1: { sysctls: sysctls({ [key]: value, [key6]: '0' }), ...parts } },
    cluster: { pods: [proxyPod, pod()], daemonSets: [], nodes: [], ...cluster },
  })
const calico = cniConfig(configFile('10-calico.conflist', { plugins: [plugin('calico')] }))
const cilium = daemonPod('quay.io/cilium/cilium:v1.17', 'cilium')

checkCases(check, {
  fires: [
    {
      name: 'where it is 0 under a bridge and kube-proxy',
      given: given('0'),
      subject: 'node1',
      at: `/proc/sys/${key}`,
    },
    {
      name: 'on a bridge with pods of a node whose configuration was not read',
      given: given('0', { bridges: { bridges: [bridge('cbr0', [true])] } }),
      subject: 'node1',
      at: key,
    },
    {
      name: 'for IPv6 where pods have such addresses',
      given: given('1', bridged, { pods: [proxyPod, pod({ ips: ['10.244.1.2', 'fd00::2'] })] }),
      subject: 'node1',
      at: key6,
    },
    {
      name: 'as a warning where no pod hangs on the bridge yet',
      given: given('0', { ...bridged, bridges: { bridges: [] } }),
      subject: 'node1',
      at: key,
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'where it is 1', given: given('1'), answer: 'passed' },
    {
      name: 'for a CNI without a bridge',
      given: given('0', { ...bridged, cniConfig: calico }),
      answer: 'not-applicable',
    },
    {
      name: 'where Cilium takes the place of kube-proxy',
      given: given('0', bridged, { pods: [cilium, pod()] }),
      answer: 'not-applicable',
    },
    {
      name: 'where only a foreign bridge exists',
      given: given('0', { cniConfig: cniConfig(), bridges: { bridges: [bridge('docker0', [true])] } }),
      answer: 'not-applicable',
    },
    {
      name: 'where the module is missing, which another check judges',
      given: given('0', { sysctls: sysctls({ [key]: unavailable('missing', '') }) }),
      answer: 'not-applicable',
    },
    { name: 'when neither configuration nor bridges were read', given: given('0', {}), answer: 'not-run' },
    {
      name: 'when the service proxy is not known',
      given: given('0', bridged, { pods: unavailable('denied', '') }),
      answer: 'not-run',
    },
    { name: 'when it was not read', given: given('0', { sysctls: sysctls({}) }), answer: 'not-run' },
  ],
})
