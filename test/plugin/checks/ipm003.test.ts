import check from '../../../plugin/checks/ipm/ipm003-range-nearly-exhausted.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { addresses, bridgeFile, cniConfig, configFile, hostLocal, plugin } from '../../support/host-objects.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

/** 29 addresses can be given. */
const config = cniConfig(bridgeFile('10-x.conflist', 'net', '10.244.1.0/27'))
const given = (used: number, change: GivenParts = {}) =>
  snapshot({
    nodes: {
      node1: { cniConfig: config, hostLocal: hostLocal('net', addresses('10.244.1.', 2, 1 + used)), ...change },
    },
  })

checkCases(check, {
  fires: [{ name: 'from 90 %', given: given(27), subject: 'node1', at: '/var/lib/cni/networks/net' }],
  silent: [
    { name: 'below 90 %', given: given(26), answer: 'passed' },
    { name: 'where none is left, which another check judges', given: given(29), answer: 'passed' },
    {
      name: 'where another address management is in use',
      given: given(29, { cniConfig: cniConfig(configFile('10-calico.conflist', { plugins: [plugin('calico')] })) }),
      answer: 'not-applicable',
    },
    {
      name: 'when the store was not read',
      given: given(29, { hostLocal: unavailable('denied', '') }),
      answer: 'not-run',
    },
  ],
})
