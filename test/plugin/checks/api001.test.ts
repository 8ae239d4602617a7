import check from '../../../plugin/checks/api/api001-api-server-not-healthy.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const given = (ready: boolean, failed: readonly string[] = []) =>
  snapshot({ cluster: { apiReadiness: { ready, failed } } })

checkCases(check, {
  fires: [{ name: 'when one of its checks fails', given: given(false, ['etcd']), subject: 'cluster', at: '/readyz' }],
  silent: [
    { name: 'when it is ready', given: given(true), answer: 'passed' },
    {
      name: 'when it was not asked',
      given: snapshot({ cluster: { apiReadiness: unavailable('denied', '') } }),
      answer: 'not-run',
    },
  ],
})
