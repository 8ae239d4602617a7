import check from '../../../plugin/checks/ipm/ipm005-address-given-twice.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import { unavailable } from '../../../shared/reading.ts'
import { pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const beside = (change: Partial<Pod>) =>
  snapshot({ cluster: { pods: [pod(), pod({ name: 'web-2', node: 'node2', ...change })] } })

checkCases(check, {
  fires: [
    {
      name: 'on one address of two running pods',
      given: beside({}),
      subject: 'default/web-1',
      at: 'Pod default/web-2',
    },
  ],
  silent: [
    { name: 'on another address', given: beside({ ips: ['10.244.2.2'] }), answer: 'passed' },
    { name: 'on a finished pod', given: beside({ phase: 'Succeeded' }), answer: 'passed' },
    { name: 'on a pod that is being deleted', given: beside({ deleting: true }), answer: 'passed' },
    { name: 'on pods of the host’s network', given: beside({ hostNetwork: true }), answer: 'passed' },
    {
      name: 'when pods were not read',
      given: snapshot({ cluster: { pods: unavailable('denied', '') } }),
      answer: 'not-run',
    },
  ],
})
