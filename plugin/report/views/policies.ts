import { isOk } from '../../../shared/reading.ts'
import { describePolicies, type PolicyOverview } from '../../model/policy-overview.ts'
import { defineView, isInNamespaces } from '../view.ts'

/** Policies, the pods they select, and whether they are enforced. */
export const policiesView = defineView<PolicyOverview>({
  areas: ['POL'],
  parts: [],
  cluster: ['networkPolicies', 'pods', 'nodes'],
  takesName: null,
  key: 'policies',
  none: 'there are no NetworkPolicies: every pod may reach every other',
  rows: (snapshot, report, focus) => {
    const { networkPolicies } = snapshot.cluster
    if (!isOk(networkPolicies)) return networkPolicies.detail
    return describePolicies(snapshot, report, ({ namespace }) => isInNamespaces(namespace, focus))
  },
  columns: [
    ['POLICY', ({ namespace, name }) => `${namespace}/${name}`],
    ['SELECTS', ({ selector }) => selector],
    ['PODS', ({ pods }) => (pods === null ? '?' : String(pods))],
    ['INGRESS', ({ ingress }) => ingress],
    ['EGRESS', ({ egress }) => egress],
    ['ENFORCED BY', ({ enforcedBy }) => (enforcedBy === null ? '?' : enforcedBy.join(', ') || 'nobody known')],
    ['FINDINGS', ({ findings }) => findings.join(' ') || '-'],
  ],
})
