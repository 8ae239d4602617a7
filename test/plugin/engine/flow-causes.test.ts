import { expect, test } from 'vitest'
import { causesTouching } from '../../../plugin/engine/flow-causes.ts'
import type { Finding, Subject } from '../../../shared/finding.ts'
import { pathSnapshot } from '../../support/path-scene.ts'

const finding = (id: string, subject: Subject, explains: string[] = []): Finding => ({
  id,
  code: id,
  severity: 'error',
  confidence: 'certain',
  subject,
  message: '',
  evidence: [],
  danger: '',
  remedies: [],
  verify: '',
  explains,
})
const node = (name: string): Subject => ({ kind: 'Node', name })
const podIn = (namespace: string, name: string, on: string): Subject => ({ kind: 'Pod', namespace, name, nodes: [on] })

const own: readonly Subject[] = [node('node1'), { kind: 'Pod', namespace: 'default', name: 'web' }]

const touched = (rootCauses: Finding[], others: Finding[] = []) =>
  causesTouching(
    {
      schema: 1,
      cluster: { version: null },
      takenAt: '',
      coverage: { nodes: 0, read: 0, notRead: [] },
      rootCauses,
      findings: [...rootCauses, ...others],
      checks: { run: 0, notApplicable: [], notRun: [], crashed: [] },
    },
    pathSnapshot(),
    own,
  ).map(({ id }) => id)

test('causes on the nodes of a connection and of the whole cluster are felt, those of other nodes are not', () => {
  const causes = [
    finding('A', node('node1')),
    finding('B', node('node2')),
    finding('C', { kind: 'Cluster', name: 'c' }),
  ]
  expect(touched(causes)).toEqual(['A', 'C'])
})

test('what is wrong with another pod of the node is felt where it belongs to the system', () => {
  const causes = [finding('A', podIn('other', 'x', 'node1')), finding('B', podIn('kube-system', 'proxy', 'node1'))]
  expect(touched(causes)).toEqual(['B'])
})

test('what explains a finding about an end is felt, whatever it is about', () => {
  const symptom = finding('S', podIn('default', 'web', 'node1'))
  expect(touched([finding('A', podIn('other', 'x', 'node9'), ['S'])], [symptom])).toEqual(['A'])
})
