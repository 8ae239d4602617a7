import check from '../../../plugin/checks/sys/sys004-ipv6-off.ts'
import { apiNode, pod, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import {
  bridgeFile,
  cniConfig,
  configFile,
  hostLocalIpam,
  plugin,
  route,
  routes,
  sysctls,
} from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from '../../support/snapshot.ts'

const off = 'net/ipv6/conf/all/disable_ipv6'
const forwarding = 'net/ipv6/conf/all/forwarding'
const dual: GivenCluster = { nodes: [apiNode({ podCIDRs: ['10.0.0.0/24', 'fd00::/64'] })], pods: [pod()] }
const given = (values: Parameters<typeof sysctls>[0], cluster = dual, parts: GivenParts = {}) =>
  snapshot({ nodes: { node1: { sysctls: sysctls(values), ...parts } }, cluster })

const single: GivenCluster = { nodes: [apiNode()], pods: [pod()] }
const failing = (message: string): GivenCluster => ({ pods: [waitingPod()], events: [sandboxEvent(message)] })
const refusal =
  'plugin type="bridge" failed (add): failed to add IP addr {Version:6 Interface:0xc0000b80a8 Address:{IP:fd00::2}} to "eth0": permission denied'

checkCases(check, {
  fires: [
    {
      name: 'where the configuration gives IPv6 addresses and the node has IPv6 off',
      given: given({ [off]: '1', [forwarding]: '1' }, single, {
        cniConfig: cniConfig(bridgeFile('10-x.conflist', 'net', 'fd00:1::/64')),
      }),
      subject: 'node1',
      at: off,
    },
    {
      name: 'where a pod’s own namespace refuses an IPv6 address',
      given: given({ [off]: '0', [forwarding]: '1' }, { ...single, ...failing(refusal) }),
      subject: 'node1',
      at: 'Event of Pod default/waiting',
    },
    { name: 'where IPv6 is off', given: given({ [off]: '1', [forwarding]: '1' }), subject: 'node1', at: off },
    {
      name: 'where it is not forwarded',
      given: given({ [off]: '0', [forwarding]: '0' }),
      subject: 'node1',
      at: forwarding,
    },
    {
      name: 'where pods hold IPv6 addresses and the uplink has it off',
      given: given(
        { [off]: '0', 'net/ipv6/conf/eth0/disable_ipv6': '1', [forwarding]: '1' },
        { nodes: [], pods: [pod({ ips: ['fd00::5'] })] },
        { routes: routes(route('::/0', 'eth0')) },
      ),
      subject: 'node1',
      at: 'conf/eth0/disable_ipv6',
    },
  ],
  silent: [
    {
      name: 'where only a chained plugin that gives pods no address of their own has an IPv6 range',
      given: given({ [off]: '1' }, single, {
        cniConfig: cniConfig(
          configFile('10-aws.conflist', {
            plugins: [plugin('aws-cni'), plugin('egress-cni', { ipam: hostLocalIpam('fd00::ac:00/118') })],
          }),
        ),
      }),
      answer: 'not-applicable',
    },
    {
      name: 'where a pod is refused something else',
      given: given({ [off]: '0', [forwarding]: '1' }, { ...single, ...failing('mkdir /run/x: permission denied') }),
      answer: 'not-applicable',
    },
    { name: 'where it is on', given: given({ [off]: '0', [forwarding]: '1' }), answer: 'passed' },
    {
      name: 'where all was written once and the uplink has it on again',
      given: given({ [off]: '1', 'net/ipv6/conf/eth0/disable_ipv6': '0', [forwarding]: '1' }, dual, {
        routes: routes(route('::/0', 'eth0')),
      }),
      answer: 'passed',
    },
    {
      name: 'with IPv4 only',
      given: given({ [off]: '1' }, { nodes: [apiNode()], pods: [pod()] }),
      answer: 'not-applicable',
    },
    { name: 'when nothing was read', given: given({}), answer: 'not-run' },
  ],
})
