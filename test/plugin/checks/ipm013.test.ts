import check from '../../../plugin/checks/ipm/ipm013-pods-recreated-too-fast.ts'
import { pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { addresses, bridgeFile, cniConfig, hostLocal } from '../../support/host-objects.ts'
import { type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

const all = addresses('10.244.1.', 2, 6)
const sandboxes = (ready: readonly boolean[], minutes: number) => ({
  sandboxes: ready.map((isReady, index) => ({
    id: all[index] ?? '',
    ready: isReady,
    createdAt: minutesAgo(minutes),
    pod: { namespace: 'default', name: `job-${index}`, uid: '' },
  })),
})
const ended = [true, true, true, false, false]
const node: GivenParts = {
  cniConfig: cniConfig(bridgeFile('10-x.conflist', 'net', '10.244.1.0/29')),
  hostLocal: hostLocal('net', all),
  sandboxes: sandboxes(ended, 10),
}
const given = (parts: GivenParts = {}) =>
  snapshot({ nodes: { node1: { ...node, ...parts } }, cluster: { pods: [pod()] } })

checkCases(check, {
  fires: [
    {
      name: 'where ended sandboxes of the last hour hold what is missing',
      given: given(),
      subject: 'node1',
      at: 'sandboxes of the runtime',
    },
  ],
  silent: [
    {
      name: 'where all sandboxes live',
      given: given({ sandboxes: sandboxes([true, true, true, true, true], 10) }),
      answer: 'passed',
    },
    { name: 'where few were made lately', given: given({ sandboxes: sandboxes(ended, 600) }), answer: 'passed' },
    { name: 'where there is room', given: given({ hostLocal: hostLocal('net', all.slice(2)) }), answer: 'passed' },
    {
      name: 'on a steady leak, which is another thing',
      given: given({ sandboxes: sandboxes([true], 10) }),
      answer: 'passed',
    },
    {
      name: 'when the runtime does not answer',
      given: snapshot({ nodes: { node1: { cniConfig: cniConfig() } } }),
      answer: 'not-run',
    },
  ],
})
