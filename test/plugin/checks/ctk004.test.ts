import check from '../../../plugin/checks/ctk/ctk004-connections-pinned-to-dead-endpoint.ts'
import type { EndpointSlice } from '../../../plugin/cluster/endpoint-slices.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode, endpoint, service, servicePort, slice } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const dns = service({
  namespace: 'kube-system',
  name: 'kube-dns',
  clusterIPs: ['10.96.0.10', 'fd00:96::a'],
  ports: [{ ...servicePort(53), protocol: 'UDP', nodePort: 30_053 }],
})
const now = (change: Partial<EndpointSlice> = {}) =>
  slice({
    namespace: 'kube-system',
    service: 'kube-dns',
    endpoints: [endpoint({ addresses: ['10.244.1.7'] })],
    ...change,
  })

const flow = { frontend: '10.96.0.10', port: 53, backend: '10.244.1.3', backendPort: 53, count: 2, unreplied: 1 }
const given = (change: Partial<typeof flow> | null, { cut = false, slices = [now()] } = {}) =>
  snapshot({
    cluster: { services: [dns], endpointSlices: slices, nodes: [apiNode({ name: 'node1' })] },
    nodes: { node1: { udpFlows: { flows: change ? [{ ...flow, ...change }] : [], cut } } },
  })
const at = '/proc/net/nf_conntrack'
const subject = 'node1'

checkCases(check, {
  fires: [
    { name: 'on an entry to a pod that is gone', given: given({}), subject, at },
    {
      name: 'on an IPv6 address as the kernel writes it',
      given: given({
        frontend: 'fd00:0096:0000:0000:0000:0000:0000:000a',
        backend: 'fd00:0244:0000:0000:0000:0000:0000:0003',
      }),
      subject,
      at,
    },
    {
      name: 'where the service has no endpoint left',
      given: given({}, { slices: [now({ endpoints: [] })] }),
      subject,
      at,
    },
    { name: 'in a part of the table', given: given({}, { cut: true }), subject, at },
  ],
  silent: [
    { name: 'on an entry to an endpoint', given: given({ backend: '10.244.1.7' }), answer: 'passed' },
    {
      name: 'while endpoints change',
      given: given({}, { slices: [now({ changedAt: minutesAgo(1) })] }),
      answer: 'passed',
    },
    { name: 'on what is no service', given: given({ frontend: '203.0.113.5' }), answer: 'passed' },
    { name: 'on another port of its address', given: given({ port: 9153 }), answer: 'passed' },
    { name: 'where only a part was read', given: given({ backend: '10.244.1.7' }, { cut: true }), answer: 'not-run' },
    { name: 'where nothing is translated', given: given(null), answer: 'not-applicable' },
    {
      name: 'where nothing shows the table',
      given: snapshot({
        cluster: { services: [dns], endpointSlices: [now()], nodes: [] },
        nodes: { node1: { udpFlows: unavailable('missing', 'it is not there') } },
      }),
      answer: 'not-applicable',
    },
    {
      name: 'where the table was not read',
      given: snapshot({
        cluster: { services: [dns], endpointSlices: [now()], nodes: [] },
        nodes: { node1: { udpFlows: unavailable('denied', 'it may not be read') } },
      }),
      answer: 'not-run',
    },
  ],
})
