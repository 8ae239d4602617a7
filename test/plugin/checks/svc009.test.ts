import check from '../../../plugin/checks/svc/svc009-nobody-keeps-endpoints.ts'
import type { Service } from '../../../plugin/cluster/services.ts'
import { endpointsOf, service } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const given = (change: Partial<Service> = {}, endpoints: readonly ReturnType<typeof endpointsOf>[] = []) =>
  snapshot({ cluster: { services: [service({ selector: null, ...change })], endpointSlices: [], endpoints } })

const fires = { subject: 'default/web', at: 'Service default/web' }

checkCases(check, {
  fires: [
    { name: 'without selector and endpoints', given: given(), ...fires },
    {
      name: 'as a note where an operator made it',
      given: given({ labels: { 'app.kubernetes.io/managed-by': 'some-operator' } }),
      ...fires,
      severity: 'info',
    },
  ],
  silent: [
    { name: 'with endpoints kept by hand', given: given({}, [endpointsOf(['192.0.2.1'])]), answer: 'passed' },
    { name: 'with a selector', given: given({ selector: { app: 'web' } }), answer: 'passed' },
    {
      name: 'on a name elsewhere',
      given: given({ type: 'ExternalName', externalName: 'example.com' }),
      answer: 'passed',
    },
    {
      name: 'when endpoints were not read',
      given: snapshot({ cluster: { services: [service({ selector: null })] } }),
      answer: 'not-run',
    },
  ],
})
