import check from '../../../plugin/checks/sys/sys013-ipv6-default-route-lost.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { route, routes, sysctls } from '../../support/host-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const settings = (accept: string, forwarding = '1') =>
  sysctls({ 'net/ipv6/conf/all/forwarding': forwarding, 'net/ipv6/conf/eth0/accept_ra': accept })
const address = (text: string) => ({ addresses: [{ type: 'InternalIP', address: text }] })
const given = (values: ReturnType<typeof settings>, list = [route('0.0.0.0/0', 'eth0')], internal = '2001:db8::5') =>
  snapshot({
    nodes: { node1: { sysctls: values, routes: routes(...list) } },
    cluster: { nodes: [apiNode(address(internal))] },
  })

checkCases(check, {
  fires: [
    {
      name: 'where a router’s route is refused',
      given: given(settings('1')),
      subject: 'node1',
      at: 'conf/eth0/accept_ra',
    },
  ],
  silent: [
    { name: 'where it is taken', given: given(settings('2')), answer: 'passed' },
    { name: 'where the node does not forward', given: given(settings('1', '0')), answer: 'passed' },
    {
      name: 'with a default route',
      given: given(settings('1'), [route('0.0.0.0/0', 'eth0'), route('::/0', 'eth0')]),
      answer: 'passed',
    },
    { name: 'on a node without IPv6', given: given(settings('1'), [], '192.0.2.5'), answer: 'not-applicable' },
    {
      name: 'when routes were not read',
      given: snapshot({
        nodes: { node1: { sysctls: settings('1'), routes: unavailable('denied', '') } },
        cluster: { nodes: [] },
      }),
      answer: 'not-run',
    },
  ],
})
