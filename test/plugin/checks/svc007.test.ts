import check from '../../../plugin/checks/svc/svc007-api-service-leads-astray.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import { apiNode, daemonPod, endpoint, service, slice } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const api = service({ name: 'kubernetes', selector: null })
const node = (name: string, address: string) => apiNode({ name, addresses: [{ type: 'InternalIP', address }] })
const server = daemonPod('kube-apiserver:v1.36', 'kube-apiserver', { labels: { component: 'kube-apiserver' } })

const given = (addresses: readonly string[], pods: readonly Pod[] = [server]) =>
  snapshot({
    cluster: {
      services: [api],
      pods,
      nodes: [node('node1', '192.168.0.1'), node('node2', '192.168.0.2')],
      endpointSlices: [
        slice({ service: 'kubernetes', endpoints: addresses.map(address => endpoint({ addresses: [address] })) }),
      ],
    },
  })

const fires = { subject: 'default/kubernetes', at: 'EndpointSlices of default/kubernetes' }

checkCases(check, {
  fires: [
    {
      name: 'as a warning on an address of no node beside one of a node',
      given: given(['192.168.0.1', '192.168.0.9'], []),
      ...fires,
      severity: 'warning',
    },
    { name: 'without endpoints', given: given([]), ...fires },
    { name: 'on a node without API server', given: given(['192.168.0.2']), ...fires },
    { name: 'on one of two', given: given(['192.168.0.1', '192.168.0.2']), ...fires },
    { name: 'as a warning on an address of no node', given: given(['10.9.9.9']), ...fires, severity: 'warning' },
    {
      name: 'when it is absent',
      given: snapshot({ cluster: { services: [service()], pods: [], nodes: [] } }),
      ...fires,
    },
  ],
  silent: [
    {
      name: 'on nodes whose API servers are no pods',
      given: given(['192.168.0.1', '192.168.0.2'], []),
      answer: 'passed',
    },
    { name: 'on the API server’s address', given: given(['192.168.0.1']), answer: 'passed' },
    { name: 'where API servers run elsewhere', given: given(['10.9.9.9'], []), answer: 'passed' },
    {
      name: 'when endpoints were not read',
      given: snapshot({ cluster: { services: [api], pods: [server], nodes: [] } }),
      answer: 'not-run',
    },
  ],
})
