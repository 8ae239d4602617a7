import type { Subject } from '../../../shared/finding.ts'
import { isOk } from '../../../shared/reading.ts'
import type { NetworkPolicy } from '../../cluster/network-policies.ts'
import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, type Draft, found, notApplicable } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { matchesLabels } from '../../model/label-match.ts'
import { evaluateFlow, type PolicyFlow, type PolicyScene } from '../../model/network-policy.ts'
import { podKey } from '../../model/pods.ts'
import { policyEngines } from '../../model/policy-engine.ts'
import { dnsFlows, flowText, sampleFlows } from '../../model/policy-flows.ts'
import { type PolicyQuirk, policyQuirks } from '../../model/policy-quirks.ts'
import { livePodsIn } from '../../model/service-backends.ts'

export default clusterCheck({
  code: 'POL005',
  severity: 'warning',
  title: 'Policy engine contradicts the specification',
  explains: ['NET002', 'DNS017'],
  cluster: ['networkPolicies', 'pods', 'namespaces', 'nodes'],
  wantsCluster: ['services'],
  decisive: ['services'],
  run: ({ cluster: { networkPolicies, pods, namespaces, nodes }, maybeCluster: { services } }) => {
    if (networkPolicies.length === 0) return notApplicable('there are no NetworkPolicies')
    const engines = policyEngines(pods, nodes)
    const quirks = policyQuirks.filter(quirk => engines.some(quirk.isIn))
    const known = isOk(services) ? services.value : []
    const drafts = networkPolicies.flatMap(policy => {
      const selected = selectedBy(policy, pods)
      const [pod] = selected
      if (!pod) return []
      const flows = [...dnsFlows(pod, { services: known, pods }), ...sampleFlows(pod, policy, pods)]
      return quirks.flatMap(quirk => {
        const flow = contradicted(flows, { quirk, policy, scene: { policies: networkPolicies, namespaces } })
        return flow ? [draft({ policy, quirk, flow, selected })] : []
      })
    })
    return found(...drafts)
  },
})

const selectedBy = ({ namespace, podSelector }: NetworkPolicy, pods: readonly Pod[]): readonly Pod[] =>
  livePodsIn(namespace, pods).filter(pod => !pod.hostNetwork && matchesLabels(podSelector, pod.labels))

interface Question {
  readonly quirk: PolicyQuirk
  readonly policy: NetworkPolicy
  readonly scene: PolicyScene
}

/** The first flow that the specification allows but that the engine's reading of this policy denies. */
function contradicted(flows: readonly PolicyFlow[], { quirk, policy, scene }: Question): PolicyFlow | undefined {
  const taken = scene.policies.map(each => (each === policy ? quirk.asTaken(each) : each))
  return flows
    .filter(quirk.concerns)
    .find(flow => evaluateFlow(flow, scene).allowed && !evaluateFlow(flow, { ...scene, policies: taken }).allowed)
}

interface Case {
  readonly policy: NetworkPolicy
  readonly quirk: PolicyQuirk
  readonly flow: PolicyFlow
  readonly selected: readonly Pod[]
}

function draft({ policy, quirk, flow, selected }: Case): Draft {
  const [namespace, name] = [quote(policy.namespace), quote(policy.name)]
  return {
    subject: subjectOf(policy, selected),
    key: `${podKey(policy)}-${policyQuirks.indexOf(quirk)}`,
    confidence: 'likely',
    message: `NetworkPolicy ${podKey(policy)} allows what is dropped all the same (${flow.port}/${flow.protocol}): ${quirk.engine} ${quirk.does}`,
    evidence: [
      {
        at: `NetworkPolicy ${podKey(policy)}`,
        observed: `allows ${flowText(flow)}; selects ${selected.length} pods`,
        expected: `dropped by ${quirk.engine}, see ${quirk.source}`,
      },
    ],
    danger: 'connections that the policies allow time out, and the policies do not show why',
    remedies: [
      {
        title: quirk.cure,
        commands: [
          onWorkstation(`kubectl get networkpolicy ${name} -n ${namespace} -o yaml > policy-before.yaml`),
          onWorkstation(`kubectl edit networkpolicy ${name} -n ${namespace}`),
        ],
        risk: 'low',
        rollback: 'kubectl replace -f policy-before.yaml',
      },
    ],
  }
}

/** A policy affects the pods that it selects. */
function subjectOf({ namespace }: NetworkPolicy, selected: readonly Pod[]): Subject {
  const nodes = [...new Set(selected.flatMap(({ node }) => node ?? []))].sort()
  return { kind: 'Pod', namespace, name: selected[0]?.name ?? '', ...(nodes.length > 0 ? { nodes } : {}) }
}
