import check from '../../../plugin/checks/net/net003-service-not-reached.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { lost, probed, tcpTarget } from '../../support/probe-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const label = 'Service default/kubernetes'
const service = tcpTarget({ purpose: 'service', node: null, label, address: '10.96.0.1', port: 443, pod: 'u1' })
const endpoint = tcpTarget({ purpose: 'endpoint', node: 'node2', label: `an endpoint of ${label}`, pod: 'u1' })
const given = (...probes: ReturnType<typeof probed>[]) => snapshot({ nodes: { node1: { probes } } })

checkCases(check, {
  fires: [
    {
      name: 'when the cluster IP is silent and the endpoint answers',
      given: given(probed(service, lost), probed(endpoint)),
      subject: 'default/kubernetes',
      at: 'an endpoint',
    },
    {
      name: 'when the cluster IP refuses',
      given: given(probed(service, { outcome: 'refused' }), probed(endpoint, lost)),
      subject: 'default/kubernetes',
      at: label,
    },
  ],
  silent: [
    {
      name: 'when the service leads to another endpoint than the one that is silent',
      given: given(probed(service), probed(endpoint, lost)),
      answer: 'passed',
    },
    {
      name: 'when the namespace of the pod was not entered',
      given: given({ target: service, answer: unavailable('denied', 'not permitted') }),
      answer: 'not-run',
    },
  ],
})
