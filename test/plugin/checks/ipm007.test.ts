import check from '../../../plugin/checks/ipm/ipm007-pod-without-reservation.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import { unavailable } from '../../../shared/reading.ts'
import { pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridgeFile, cniConfig, hostLocal } from '../../support/host-objects.ts'
import { type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

const sandboxes = (minutes: number, ready = true) => ({
  sandboxes: [
    {
      id: 'running',
      ready,
      createdAt: minutesAgo(minutes),
      pod: { namespace: 'default', name: 'web-1', uid: '' },
    },
  ],
})
const node: GivenParts = {
  cniConfig: cniConfig(bridgeFile('10-x.conflist', 'net', '10.244.1.0/24')),
  hostLocal: hostLocal('net', ['10.244.1.3']),
  sandboxes: sandboxes(60),
}
const given = (parts: GivenParts = {}, change: Partial<Pod> = {}) =>
  snapshot({ nodes: { node1: { ...node, ...parts } }, cluster: { pods: [pod(change)] } })

checkCases(check, {
  fires: [
    {
      name: 'on a running pod whose address nobody has reserved',
      given: given(),
      subject: 'node1',
      at: 'Pod default/web-1',
    },
  ],
  silent: [
    {
      name: 'where its address is reserved',
      given: given({ hostLocal: hostLocal('net', ['10.244.1.2']) }),
      answer: 'passed',
    },
    {
      name: 'where the store of another network has its sandbox',
      given: given({ hostLocal: hostLocal('old', ['running']) }),
      answer: 'passed',
    },
    { name: 'while the pod starts', given: given({ sandboxes: sandboxes(2) }), answer: 'passed' },
    { name: 'on a sandbox that has ended', given: given({ sandboxes: sandboxes(60, false) }), answer: 'passed' },
    { name: 'on an address of another network', given: given({}, { ips: ['192.168.7.7'] }), answer: 'passed' },
    { name: 'when the store was not read', given: given({ hostLocal: unavailable('denied', '') }), answer: 'not-run' },
  ],
})
