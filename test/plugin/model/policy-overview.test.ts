import { expect, test } from 'vitest'
import pol003 from '../../../plugin/checks/pol/pol003-policy-without-effect.ts'
import { runChecks } from '../../../plugin/engine/run.ts'
import { describePolicies } from '../../../plugin/model/policy-overview.ts'
import { apiNode, daemonPod, matching, pod, policy } from '../../support/api-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const policies = [
  policy({ name: 'stray', podSelector: matching({ app: 'wbe' }), ingress: [{ peers: [], ports: [] }] }),
  policy({ name: 'deny', types: ['Ingress', 'Egress'] }),
]
const all = () => true

test('policies tell whom they select, what they let through, who enforces them, and what was found about them', () => {
  const given = snapshot({
    cluster: {
      networkPolicies: policies,
      pods: [pod({ labels: { app: 'web' } }), daemonPod('calico/node:v3.30', 'calico-node')],
      nodes: [apiNode()],
    },
  })
  expect(describePolicies(given, runChecks(given, [pol003]), all)).toEqual([
    expect.objectContaining({
      name: 'deny',
      selector: 'all',
      pods: 1,
      ingress: 'none',
      egress: 'none',
      findings: [],
      enforcedBy: ['Calico'],
    }),
    expect.objectContaining({
      name: 'stray',
      selector: 'app=wbe',
      pods: 0,
      ingress: 'any',
      egress: 'open',
      findings: ['POL003'],
    }),
  ])
})

test('what was not read is not told', () => {
  const given = snapshot({ cluster: { networkPolicies: policies } })
  expect(describePolicies(given, runChecks(given, []), all)[0]).toMatchObject({ pods: null, enforcedBy: null })
})
