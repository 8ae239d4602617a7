import check from '../../../plugin/checks/svc/svc002-no-ready-endpoint.ts'
import type { EndpointSlice } from '../../../plugin/cluster/endpoint-slices.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import type { Service } from '../../../plugin/cluster/services.ts'
import {
  crashing,
  endpoint,
  endpointsOf,
  pod,
  podCondition,
  sandboxEvent,
  service,
  slice,
} from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const web = (change: Partial<Pod> = {}) => pod({ labels: { app: 'web' }, ...change })
const unready = (change: Partial<Pod> = {}) =>
  web({
    ready: false,
    conditions: [podCondition('Ready', { message: 'containers with unready status: [app]' })],
    ...change,
  })
const probeFailed = sandboxEvent('Readiness probe failed: HTTP probe failed with statuscode: 404', {
  reason: 'Unhealthy',
  object: { kind: 'Pod', namespace: 'default', name: 'web-1', uid: '' },
})
const notReady = slice({ endpoints: [endpoint({ ready: false })] })

interface Given {
  readonly pods: readonly Pod[]
  readonly slices?: readonly EndpointSlice[]
  readonly wanted?: Service
  readonly events?: readonly (typeof probeFailed)[]
}

const given = ({ pods, slices = [notReady], wanted = service(), events = [] }: Given) =>
  snapshot({ cluster: { services: [wanted], pods, endpointSlices: slices, endpoints: [], events } })

checkCases(check, {
  fires: [
    {
      name: 'on a readiness probe that fails',
      given: given({ pods: [unready()], events: [probeFailed] }),
      subject: 'default/web',
      at: 'Event of Pod default/web-1',
    },
    {
      name: 'as a warning while the pods are young',
      given: given({ pods: [unready({ createdAt: minutesAgo(1) })], events: [probeFailed] }),
      subject: 'default/web',
      at: 'Event of Pod default/web-1',
      severity: 'warning',
    },
    {
      name: 'on a crash',
      given: given({ pods: [web(crashing('app'))] }),
      subject: 'default/web',
      at: 'Pod default/web-1',
    },
    {
      name: 'on ready pods without endpoints',
      given: given({ pods: [web()], slices: [] }),
      subject: 'default/web',
      at: 'Service default/web',
    },
    {
      name: 'without endpoints read, by the pods',
      given: snapshot({ cluster: { services: [service()], pods: [unready()] } }),
      subject: 'default/web',
      at: 'Pod default/web-1',
    },
  ],
  silent: [
    { name: 'with a ready endpoint', given: given({ pods: [web()], slices: [slice()] }), answer: 'passed' },
    {
      name: 'with Endpoints of an old cluster',
      given: snapshot({
        cluster: { services: [service()], pods: [web()], endpointSlices: [], endpoints: [endpointsOf(['10.244.1.2'])] },
      }),
      answer: 'passed',
    },
    {
      name: 'while a pod starts and nothing failed',
      given: given({ pods: [unready({ createdAt: minutesAgo(1) })] }),
      answer: 'passed',
    },
    {
      name: 'where pods that are not ready are wanted',
      given: given({ pods: [unready()], wanted: service({ publishNotReadyAddresses: true }) }),
      answer: 'passed',
    },
    { name: 'without any pod, which SVC001 judges', given: given({ pods: [], slices: [] }), answer: 'passed' },
  ],
})
