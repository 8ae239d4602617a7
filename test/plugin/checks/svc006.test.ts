import check from '../../../plugin/checks/svc/svc006-endpoints-by-hand-wrong.ts'
import type { EndpointSlice } from '../../../plugin/cluster/endpoint-slices.ts'
import { apiNode, endpointsOf, pod, service, slice } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const given = (
  ips: readonly string[],
  slices: readonly EndpointSlice[] = [],
  selector: { app: string } | null = null,
) =>
  snapshot({
    cluster: {
      services: [service({ selector })],
      pods: [pod()],
      nodes: [apiNode()],
      endpointSlices: slices,
      endpoints: ips.length > 0 ? [endpointsOf(ips)] : [],
    },
  })

const fires = { subject: 'default/web', at: 'Endpoints of default/web' }

checkCases(check, {
  fires: [
    { name: 'on an address of pods that no pod has', given: given(['10.244.1.9']), ...fires },
    { name: 'on an address that every node has', given: given(['127.0.0.1']), ...fires },
    { name: 'on the address of a service', given: given(['10.96.0.20']), ...fires },
    {
      name: 'on a port of another name',
      given: given([], [slice({ ports: [{ name: 'http', port: 80, protocol: 'TCP' }] })]),
      ...fires,
    },
    { name: 'on a slice that is not linked', given: given([], [slice({ service: null })]), ...fires },
  ],
  silent: [
    { name: 'on the address of a live pod', given: given(['10.244.1.2']), answer: 'passed' },
    { name: 'on a host outside of the cluster', given: given(['192.0.2.1']), answer: 'passed' },
    { name: 'on a service with a selector', given: given(['10.244.1.9'], [], { app: 'web' }), answer: 'passed' },
  ],
})
