import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, type Draft, found, notApplicable } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { evaluateFlow, isolating, type PolicyFlow, type PolicyScene } from '../../model/network-policy.ts'
import { cacheAddresses } from '../../model/node-cache-addresses.ts'
import { isLive, podKey } from '../../model/pods.ts'
import { policyEngines } from '../../model/policy-engine.ts'
import { dnsFlows, endOf, flowText } from '../../model/policy-flows.ts'

export default clusterCheck({
  code: 'POL002',
  severity: 'error',
  title: 'Policy blocks DNS',
  explains: ['DNS017'],
  cluster: ['networkPolicies', 'pods', 'namespaces', 'services', 'nodes'],
  wants: ['kubelet'],
  wantsCluster: ['kubeletConfigs', 'daemonSets'],
  decisive: ['kubeletConfigs', 'daemonSets'],
  run: ({ cluster: { networkPolicies, pods, namespaces, services, nodes }, maybeCluster, nodes: read }) => {
    if (networkPolicies.length === 0) return notApplicable('there are no NetworkPolicies')
    if (policyEngines(pods, nodes).length === 0) return notApplicable('nothing enforces NetworkPolicies')
    const scene = { policies: networkPolicies, namespaces }
    const local = cacheAddresses({ ...maybeCluster, nodes: read, pods })
    const groups = new Map<string, Blocked>()
    for (const pod of pods.filter(asksClusterDns)) {
      const address = local.get(pod.node ?? '')
      const flows = address ? localFlows(pod, address) : dnsFlows(pod, { services, pods })
      const blocked = blockedIn(flows, scene)
      if (!blocked) continue
      const key = [pod.namespace, blocked.protocol, ...blocked.policies].join('\n')
      groups.set(key, { ...blocked, pods: [...(groups.get(key)?.pods ?? []), pod] })
    }
    return found(...[...groups.values()].map(group => draft(group, scene)))
  },
})

const asksClusterDns = (pod: Pod): boolean =>
  isLive(pod) && !pod.hostNetwork && pod.ips.length > 0 && pod.dnsPolicy === 'ClusterFirst'

const localFlows = (pod: Pod, address: string): readonly PolicyFlow[] =>
  ['UDP', 'TCP'].map(protocol => ({ from: endOf(pod), to: { pod: null, address }, port: 53, protocol }))

interface Blocked {
  /** A denied lookup. */
  readonly flow: PolicyFlow
  /** `UDP` when lookups fail, `TCP` when only long answers do. */
  readonly protocol: 'UDP' | 'TCP'
  /** Names of the policies that isolate and allow no such flow. */
  readonly policies: readonly string[]
  readonly pods: readonly Pod[]
}

/** Null when at least one backend is allowed: policies that distinguish replicas are not meant for DNS. */
function blockedIn(flows: readonly PolicyFlow[], scene: PolicyScene): Blocked | null {
  for (const protocol of ['UDP', 'TCP'] as const) {
    const own = flows.filter(flow => flow.protocol === protocol)
    const verdicts = own.map(flow => evaluateFlow(flow, scene))
    const [flow] = own
    const [verdict] = verdicts
    if (!flow || !verdict || verdicts.some(({ allowed }) => allowed)) continue
    const decisive = verdict.egress.allowed ? verdict.ingress : verdict.egress
    return { flow, protocol, policies: decisive.isolatedBy.map(podKey).sort(), pods: [] }
  }
  return null
}

/**
 * Whether a pod probably needs DNS. A pod that may reach nothing, or only addresses, may not need names; one that may
 * reach pods, or everything on some port, or that is not isolated, does.
 */
function needsNames(pod: Pod | undefined, { policies }: PolicyScene): boolean {
  const own = pod ? isolating(pod, 'Egress', policies) : []
  const rules = own.flatMap(({ egress }) => egress)
  return (
    own.length === 0 || rules.some(({ peers }) => peers.length === 0 || peers.some(({ ipBlock }) => ipBlock === null))
  )
}

function draft({ flow, protocol, policies, pods }: Blocked, scene: PolicyScene): Draft {
  const [pod] = pods
  const nodes = [...new Set(pods.flatMap(({ node }) => node ?? []))].sort()
  const namespace = pod?.namespace ?? ''
  const isError = protocol === 'UDP' && needsNames(pod, scene)
  return {
    subject: { kind: 'Pod', namespace, name: pod?.name ?? '', ...(nodes.length > 0 ? { nodes } : {}) },
    key: `${protocol}-${policies.join('+')}`,
    severity: isError ? 'error' : 'warning',
    message: `${policies.join(' and ')} ${policies.length > 1 ? 'keep' : 'keeps'} ${pods.length === 1 ? `pod ${pod ? podKey(pod) : ''}` : `${pods.length} pods of ${namespace}`} from ${protocol === 'UDP' ? 'the cluster’s DNS' : 'asking DNS over TCP, as long answers take'}`,
    evidence: [
      {
        at: `NetworkPolicy ${policies[0] ?? ''}`,
        observed: `no rule allows ${flowText(flow)}`,
        expected: `${protocol} to the DNS pods at port ${flow.port}, the port behind the service`,
      },
    ],
    danger:
      protocol === 'UDP'
        ? 'every lookup of a name times out in these pods'
        : 'lookups with long answers fail in these pods, the others work',
    remedies: [
      {
        title: `allow ${protocol} and the other protocol to the DNS pods in every namespace with such policies`,
        commands: [onWorkstation(allowDns(namespace, flow))],
        risk: 'low',
        rollback: `kubectl delete networkpolicy allow-dns -n ${quote(namespace)}`,
      },
    ],
  }
}

/** A node-local cache must be allowed by address, because policies do not see it as a pod. */
function allowDns(namespace: string, { to, port }: PolicyFlow): string {
  const ports = ['UDP', 'TCP'].map(protocol => ({ protocol, port }))
  const peer = to.pod
    ? {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': to.pod.namespace } },
        podSelector: { matchLabels: { 'k8s-app': to.pod.labels['k8s-app'] ?? 'kube-dns' } },
      }
    : { ipBlock: { cidr: `${to.address}/32` } }
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'allow-dns', namespace },
    spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [peer], ports }] },
  }
  return `echo ${quote(JSON.stringify(policy))} | kubectl apply -f -`
}
