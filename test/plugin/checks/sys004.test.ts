import check from '../../../plugin/checks/sys/sys004-ipv6-off.ts'
import { apiNode, pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { route, routes, sysctls } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from '../../support/snapshot.ts'

const off = 'net/ipv6/conf/all/disable_ipv6'
const forwarding = 'net/ipv6/conf/all/forwarding'
const dual: GivenCluster = { nodes: [apiNode({ podCIDRs: ['10.0.0.0/24', 'fd00::/64'] })], pods: [pod()] }
const given = (values: Parameters<typeof sysctls>[0], cluster = dual, parts: GivenParts = {}) =>
  snapshot({ nodes: { node1: { sysctls: sysctls(values), ...parts } }, cluster })

checkCases(check, {
  fires: [
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
