import check from '../../../plugin/checks/rte/rte010-same-overlay-endpoint.ts'
import { checkCases } from '../../support/check-cases.ts'
import { routedNode } from '../../support/node-routes.ts'
import { snapshot } from '../../support/snapshot.ts'

const nodes = (...annotations: Readonly<Record<string, string>>[]) => ({
  nodes: annotations.map((each, i) => routedNode(i + 1, { annotations: each })),
})
const flannel = (address: string, mac: string) => ({
  'flannel.alpha.coreos.com/public-ip': address,
  'flannel.alpha.coreos.com/backend-data': `{"VNI":1,"VtepMAC":"${mac}"}`,
})
const [one, other] = ['0e:00:00:00:00:01', '0e:00:00:00:00:02']

checkCases(check, {
  fires: [
    {
      name: 'where flannel took the same card on two nodes',
      given: snapshot({ cluster: nodes(flannel('198.51.100.15', one), flannel('198.51.100.15', other)) }),
      subject: 'node1',
      at: 'Node node2',
    },
    {
      name: 'where cloned machines have one MAC',
      given: snapshot({ cluster: nodes(flannel('192.0.2.1', one), flannel('192.0.2.2', one)) }),
      subject: 'node1',
      at: 'backend-data',
    },
    {
      name: 'where two nodes have one address of Calico',
      given: snapshot({
        cluster: nodes(
          { 'projectcalico.org/IPv4Address': '198.51.100.15/24' },
          { 'projectcalico.org/IPv4Address': '198.51.100.15/24' },
        ),
      }),
      subject: 'node1',
      at: 'IPv4Address',
    },
  ],
  silent: [
    {
      name: 'where every node has its own',
      given: snapshot({ cluster: nodes(flannel('192.0.2.1', one), flannel('192.0.2.2', other)) }),
      answer: 'passed',
    },
    {
      name: 'where the nodes themselves have one address',
      given: snapshot({
        cluster: {
          nodes: [routedNode(1), routedNode(1, { name: 'node2' })].map(node => ({
            ...node,
            annotations: { 'flannel.alpha.coreos.com/public-ip': '192.0.2.1' },
          })),
        },
      }),
      answer: 'passed',
    },
    { name: 'where nothing is announced', given: snapshot({ cluster: nodes({}, {}) }), answer: 'passed' },
  ],
})
