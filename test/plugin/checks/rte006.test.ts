import check from '../../../plugin/checks/rte/rte006-overlay-device-missing.ts'
import { configMap, crashing, daemonPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { link, links } from '../../support/host-objects.ts'
import { routedNode } from '../../support/node-routes.ts'
import { snapshot } from '../../support/snapshot.ts'

const flannelNode = routedNode(1, {
  annotations: {
    'flannel.alpha.coreos.com/backend-type': 'vxlan',
    'flannel.alpha.coreos.com/backend-data': '{"VNI":7,"VtepMAC":"0e:00:00:00:00:01"}',
  },
})
const agent = daemonPod('flannel/flannel:v0.25', 'kube-flannel-ds')
const given = (...devices: Parameters<typeof links>) =>
  snapshot({ cluster: { nodes: [flannelNode], pods: [agent] }, nodes: { node1: { links: links(...devices) } } })
const cilium = (mode: string) =>
  snapshot({
    cluster: {
      nodes: [routedNode(1)],
      pods: [daemonPod('quay.io/cilium/cilium:v1.16', 'cilium')],
      configMaps: [configMap('cilium-config', { 'routing-mode': mode })],
    },
    nodes: { node1: { links: links(link('cilium_host')) } },
  })

checkCases(check, {
  fires: [
    { name: 'where flannel’s device is gone', given: given(link('eth0')), subject: 'node1', at: 'flannel.7' },
    {
      name: 'where it is down',
      given: given(link('flannel.7', [], { state: 'down' })),
      subject: 'node1',
      at: 'flannel.7',
    },
    {
      name: 'where Cilium wraps packets without its device',
      given: cilium('tunnel'),
      subject: 'node1',
      at: 'cilium_vxlan',
    },
  ],
  silent: [
    {
      name: 'where it is there',
      given: given(link('flannel.7', [], { state: 'unknown' })),
      answer: 'passed',
    },
    { name: 'where Cilium does not wrap packets', given: cilium('native'), answer: 'passed' },
    {
      name: 'where the agent is not ready, which says more',
      given: snapshot({
        cluster: { nodes: [flannelNode], pods: [{ ...agent, ...crashing('kube-flannel') }] },
        nodes: { node1: { links: links(link('eth0')) } },
      }),
      answer: 'passed',
    },
    {
      name: 'without an overlay',
      given: snapshot({ cluster: { nodes: [routedNode(1)], pods: [] }, nodes: { node1: { links: links() } } }),
      answer: 'not-applicable',
    },
  ],
})
