import type { NetworkPolicy } from '../../cluster/network-policies.ts'
import { clusterCheck, type Draft, found, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onWorkstation } from '../../model/command.ts'
import { type PlainNetwork, plainNetwork } from '../../model/plain-network.ts'
import { podKey } from '../../model/pods.ts'
import { policyEngines } from '../../model/policy-engine.ts'

export default clusterCheck({
  code: 'POL001',
  severity: 'warning',
  title: 'Policies not enforced',
  explains: [],
  wants: ['cniConfig', 'runtime'],
  cluster: ['networkPolicies', 'pods', 'nodes'],
  run: ({ cluster: { networkPolicies, pods, nodes: apiNodes }, nodes }) => {
    if (networkPolicies.length === 0) return notApplicable('there are no NetworkPolicies')
    if (policyEngines(pods, apiNodes).length > 0) return passed
    const network = plainNetwork(pods, nodes)
    return network
      ? found(draft(networkPolicies, network))
      : notRun('which network the cluster uses, and whether it enforces policies, is not known')
  },
})

function draft(policies: readonly NetworkPolicy[], { name, evidence }: PlainNetwork): Draft {
  const names = policies.map(podKey).sort()
  const shown = `${names.slice(0, 4).join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''}`
  return {
    subject: { kind: 'Cluster', name: 'cluster' },
    message: `${names.length === 1 ? 'a NetworkPolicy exists' : `${names.length} NetworkPolicies exist`} and nothing enforces them: ${name} does not`,
    evidence: [evidence, { at: 'NetworkPolicies', observed: shown, expected: 'a network that enforces them' }],
    danger: 'every pod reaches every other, whatever the policies forbid: the API accepts them without a word',
    remedies: [
      {
        title:
          'add an engine for policies beside the network (kube-network-policies, or Canal with flannel), on a test cluster first',
        commands: [onWorkstation('kubectl get networkpolicies -A')],
        risk: 'none',
      },
    ],
  }
}
