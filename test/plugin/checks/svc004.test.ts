import check from '../../../plugin/checks/svc/svc004-node-port-conflict.ts'
import type { Service } from '../../../plugin/cluster/services.ts'
import { apiNode, containerLog, service, servicePort } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { type HostListener, hostSockets } from '../../support/pod-network.ts'
import { snapshot } from '../../support/snapshot.ts'

const onPort = (nodePort: number, change: Partial<Service> = {}) =>
  service({ type: 'NodePort', ports: [servicePort(80, { nodePort })], ...change })

const given = (services: readonly Service[], ...listens: readonly HostListener[]) =>
  snapshot({ cluster: { services, nodes: [apiNode()] }, nodes: { node1: { sockets: hostSockets(...listens) } } })

const onOldNodes = (second: ReturnType<typeof hostSockets>) =>
  snapshot({
    cluster: { services: [onPort(30_080)], nodes: [apiNode({ kubeletVersion: 'v1.21.14' })] },
    nodes: { node1: { sockets: hostSockets(['0.0.0.0:30080', null]) }, node2: { sockets: second } },
  })

const fires = { subject: 'default/web', at: 'node1: sockets' }
const refused = `can't open port, skipping it err="listen tcp4 :30080: bind: address already in use"`

checkCases(check, {
  fires: [
    { name: 'on a process of the host', given: given([onPort(30_080)], ['0.0.0.0:30080', 'socat']), ...fires },
    { name: 'on the API server’s port', given: given([onPort(6443)], ['[::]:6443', 'kube-apiserver']), ...fires },
    { name: 'without the process’ name', given: given([onPort(30_080)], ['0.0.0.0:30080', null]), ...fires },
    {
      name: 'without the process’ name on one of two old nodes',
      given: onOldNodes(hostSockets()),
      ...fires,
    },
    {
      name: 'on the port of a health check',
      given: given([service({ healthCheckNodePort: 31_000 })], ['0.0.0.0:31000', 'nginx']),
      ...fires,
    },
    {
      name: 'on two services with one port',
      given: given([onPort(30_080), onPort(30_080, { name: 'shop' })]),
      subject: 'default/web',
      at: 'Service default/shop',
    },
    {
      name: 'on what kube-proxy says',
      given: snapshot({
        cluster: { services: [onPort(30_080)], componentLogs: [containerLog('kube-proxy', refused)] },
      }),
      subject: 'default/web',
      at: 'container kube-proxy',
    },
  ],
  silent: [
    { name: 'on other ports', given: given([onPort(30_080)], ['0.0.0.0:22', 'sshd']), answer: 'passed' },
    { name: 'on loopback', given: given([onPort(30_080)], ['127.0.0.1:30080', 'socat']), answer: 'passed' },
    { name: 'on kube-proxy itself', given: given([onPort(30_080)], ['0.0.0.0:30080', 'kube-proxy']), answer: 'passed' },
    {
      name: 'on what an old kube-proxy may hold on every node',
      given: onOldNodes(hostSockets(['0.0.0.0:30080', null])),
      answer: 'passed',
    },
    { name: 'without node ports', given: given([service()], ['0.0.0.0:80', 'nginx']), answer: 'not-applicable' },
    {
      name: 'when sockets were not read',
      given: snapshot({ cluster: { services: [onPort(30_080)] }, nodes: { node1: {} } }),
      answer: 'not-run',
    },
  ],
})
