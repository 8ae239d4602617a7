import check from '../../../plugin/checks/svc/svc005-local-policy-without-endpoint.ts'
import type { EndpointSlice } from '../../../plugin/cluster/endpoint-slices.ts'
import type { ApiNode } from '../../../plugin/cluster/nodes.ts'
import type { Service } from '../../../plugin/cluster/services.ts'
import { apiNode, condition, endpoint, service, slice } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const local = (change: Partial<Service> = {}) =>
  service({ type: 'NodePort', externalTrafficPolicy: 'Local', ...change })
const node2 = (change: Partial<ApiNode> = {}) => apiNode({ name: 'node2', ...change })

const given = (wanted: Service, second: ApiNode = node2(), slices: readonly EndpointSlice[] = [slice()]) =>
  snapshot({ cluster: { services: [wanted], nodes: [apiNode(), second], endpointSlices: slices, endpoints: [] } })

const fires = { subject: 'default/web', at: 'EndpointSlices of default/web' }

checkCases(check, {
  fires: [
    { name: 'on a node port without local endpoint', given: given(local()), ...fires },
    { name: 'on a load balancer without health check', given: given(local({ type: 'LoadBalancer' })), ...fires },
    {
      name: 'as a note for pods of the node',
      given: given(service({ internalTrafficPolicy: 'Local' })),
      ...fires,
      severity: 'info',
    },
  ],
  silent: [
    { name: 'with policy Cluster', given: given(service({ type: 'NodePort' })), answer: 'passed' },
    {
      name: 'with an endpoint on each node',
      given: given(local(), node2(), [slice({ endpoints: [endpoint(), endpoint({ node: 'node2' })] })]),
      answer: 'passed',
    },
    {
      name: 'behind a load balancer that asks the health check',
      given: given(local({ type: 'LoadBalancer', healthCheckNodePort: 31_000 })),
      answer: 'passed',
    },
    {
      name: 'on a node that is not ready',
      given: given(local(), node2({ conditions: [condition({ status: 'Unknown' })] })),
      answer: 'passed',
    },
    { name: 'without any endpoint, which others judge', given: given(local(), node2(), []), answer: 'passed' },
  ],
})
