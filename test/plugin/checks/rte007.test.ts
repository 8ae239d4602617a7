import check from '../../../plugin/checks/rte/rte007-overlay-peer-unknown.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { link, links, route, routes } from '../../support/host-objects.ts'
import { podsOnThree, routedNode } from '../../support/node-routes.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

const macOf = (n: number) => `0e:00:00:00:00:0${n}`
const node = (n: number, address = `192.0.2.${n}`) =>
  routedNode(n, {
    annotations: {
      'flannel.alpha.coreos.com/backend-type': 'vxlan',
      'flannel.alpha.coreos.com/backend-data': `{"VNI":1,"VtepMAC":"${macOf(n)}"}`,
      'flannel.alpha.coreos.com/public-ip': address,
    },
  })
const entry = (mac: string, remote: string) => ({
  mac,
  device: 'flannel.1',
  bridge: null,
  remote,
  overlayId: null,
  vlan: null,
  state: 'permanent',
})
const host: GivenParts = {
  routes: routes(route('0.0.0.0/0', 'eth0'), route('10.244.2.0/24', 'flannel.1', { gateway: '10.244.2.0' })),
  links: links(link('eth0', ['192.0.2.1/24']), link('flannel.1', ['10.244.1.0/32'], { state: 'unknown' })),
}
const given = (parts: GivenParts, nodes = [node(1), node(2)]) =>
  snapshot({ cluster: { nodes, pods: podsOnThree }, nodes: { node1: { ...host, ...parts } } })

checkCases(check, {
  fires: [
    { name: 'where the peer is not in the table', given: given({ fdb: { entries: [] } }), subject: 'node1', at: 'fdb' },
    {
      name: 'where the table has its old address',
      given: given({ fdb: { entries: [entry(macOf(2), '192.0.2.99')] } }),
      subject: 'node1',
      at: 'fdb',
    },
    {
      name: 'where the node announces an address that it does not have',
      given: given({ fdb: { entries: [entry(macOf(2), '192.0.2.2')] } }, [node(1, '198.51.100.7'), node(2)]),
      subject: 'node1',
      at: 'ip addr',
    },
  ],
  silent: [
    {
      name: 'where the table agrees with what the peer announces',
      given: given({ fdb: { entries: [entry(macOf(2), '192.0.2.2')] } }),
      answer: 'passed',
    },
    {
      name: 'where the route does not use the tunnel',
      given: given({ fdb: { entries: [] }, routes: routes(route('10.244.2.0/24', 'eth0', { gateway: '192.0.2.2' })) }),
      answer: 'passed',
    },
    {
      name: 'where the table was not read',
      given: given({ fdb: unavailable('missing', 'there is no `bridge` on this host') }),
      answer: 'not-run',
    },
    {
      name: 'without flannel',
      given: given({ fdb: { entries: [] } }, [routedNode(1), routedNode(2)]),
      answer: 'not-applicable',
    },
  ],
})
