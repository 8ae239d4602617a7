import check from '../../../plugin/checks/nod/nod002-node-address-wrong.ts'
import { apiNode, containerLog, crashing, daemonPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { link, links } from '../../support/host-objects.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

const node = (name: string, address: string, type = 'InternalIP') => apiNode({ name, addresses: [{ type, address }] })
const given = (nodes: ReturnType<typeof node>[], parts: Record<string, GivenParts> = {}) =>
  snapshot({ cluster: { nodes, pods: [] }, nodes: parts })
const device = (address: string) => ({ links: links(link('eth0', [address])) })

const calico = (change: Parameters<typeof daemonPod>[2] = {}) =>
  daemonPod('docker.io/calico/node:v3.27', 'calico-node', change)
const conflict = {
  nodes: [node('node1', '192.0.2.15'), node('node2', '192.0.2.16')],
  componentLogs: [
    containerLog(
      'calico-node',
      "Calico node 'node2' is already using the IPv4 address 10.0.2.15.\nCalico node failed to start",
    ),
  ],
}

checkCases(check, {
  fires: [
    {
      name: 'where Calico’s agent says that another node has its address',
      given: snapshot({ cluster: { ...conflict, pods: [calico(crashing('calico-node'))] } }),
      subject: 'node1',
      at: 'Pod kube-system/calico-node-x',
    },
    {
      name: 'where two nodes have one address',
      given: given([node('node1', '192.0.2.15'), node('node2', '192.0.2.15')]),
      subject: 'node2',
      at: 'Node node1',
    },
    {
      name: 'where no device has it',
      given: given([node('node1', '192.0.2.15')], { node1: device('198.51.100.4/24') }),
      subject: 'node1',
      at: 'ip addr',
    },
    {
      name: 'where a device of another host has it too',
      given: given([node('node1', '192.0.2.15'), node('node2', '192.0.2.16')], {
        node1: device('192.0.2.15/24'),
        node2: { links: links(link('eth0', ['192.0.2.16/24', '192.0.2.15/24'])) },
      }),
      subject: 'node2',
      at: 'ip addr show',
    },
  ],
  silent: [
    {
      name: 'where another host has it on its loopback device',
      given: given([node('node1', '192.0.2.15'), node('node2', '192.0.2.16')], {
        node1: device('192.0.2.15/24'),
        node2: { links: links(link('eth0', ['192.0.2.16/24']), link('lo', ['192.0.2.15/32'])) },
      }),
      answer: 'passed',
    },
    {
      name: 'where that was before it started well',
      given: snapshot({
        cluster: { ...conflict, pods: [calico()] },
        nodes: { node1: device('192.0.2.15/24'), node2: device('192.0.2.16/24') },
      }),
      answer: 'passed',
    },
    {
      name: 'where a device has it',
      given: given([node('node1', '192.0.2.15'), node('node2', '192.0.2.16')], { node1: device('192.0.2.15/24') }),
      answer: 'passed',
    },
    {
      name: 'where clouds translate it',
      given: given([node('node1', '192.0.2.15', 'ExternalIP')], { node1: device('198.51.100.4/24') }),
      answer: 'passed',
    },
    {
      name: 'where addresses of devices were not read',
      given: given([node('node1', '192.0.2.15')], { node1: { links: { links: [link('eth0')], hasAddresses: false } } }),
      answer: 'not-run',
    },
  ],
})
