import check from '../../../plugin/checks/ipm/ipm008-reservations-of-another-network.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridgeFile, cniConfig, hostLocal } from '../../support/host-objects.ts'
import { type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

const running = {
  sandboxes: [{ id: '10.9.0.2', ready: true, createdAt: minutesAgo(60), pod: { namespace: 'a', name: 'b', uid: '' } }],
}
const given = (parts: GivenParts) =>
  snapshot({
    nodes: { node1: { cniConfig: cniConfig(bridgeFile('10-x.conflist', 'net', '10.244.1.0/24')), ...parts } },
  })

checkCases(check, {
  fires: [
    {
      name: 'on a network that no configuration names, while its pods run',
      given: given({ hostLocal: hostLocal('old', ['10.9.0.2']), sandboxes: running }),
      subject: 'node1',
      at: 'node1:/var/lib/cni/networks/old',
    },
    {
      name: 'as a note where no pod of it runs',
      given: given({ hostLocal: hostLocal('old', ['10.9.0.3']), sandboxes: running }),
      subject: 'node1',
      at: 'node1:/var/lib/cni/networks/old',
      severity: 'info',
    },
    {
      name: 'on addresses of an old range',
      given: given({ hostLocal: hostLocal('net', ['10.9.0.2', '10.244.1.2']) }),
      subject: 'node1',
      at: 'node1:/var/lib/cni/networks/net',
    },
  ],
  silent: [
    {
      name: 'on addresses of the present range',
      given: given({ hostLocal: hostLocal('net', ['10.244.1.2']) }),
      answer: 'passed',
    },
    {
      name: 'on an empty store of another network',
      given: given({ hostLocal: hostLocal('old', []) }),
      answer: 'passed',
    },
    { name: 'when the store was not read', given: given({ hostLocal: unavailable('denied', '') }), answer: 'not-run' },
  ],
})
