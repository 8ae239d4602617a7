import { contains, type Network, parseNetwork } from '../../shared/ip.ts'
import type { NetworkPolicy, PolicyPeer, PolicyRule } from '../cluster/network-policies.ts'
import type { PolicyFlow } from './network-policy.ts'
import type { PolicyEngine } from './policy-engine.ts'

/** A known deviation of an engine from the specification, as a change of the policies. */
export interface PolicyQuirk {
  readonly engine: string
  /** The effect, as the end of a sentence. */
  readonly does: string
  /** Source of the information. */
  readonly source: string
  readonly cure: string
  readonly isIn: (engine: PolicyEngine) => boolean
  /** Whether it can matter to this flow. */
  readonly concerns: (flow: PolicyFlow) => boolean
  /** The policy as the engine takes it. */
  readonly asTaken: (policy: NetworkPolicy) => NetworkPolicy
}

const minorOf = ({ version }: PolicyEngine): number => Number(/^1\.(\d+)/.exec(version)?.[1] ?? Number.NaN)

/** Every quirk that makes an engine drop what policies allow. */
export const policyQuirks: readonly PolicyQuirk[] = [
  {
    engine: 'the AWS network policy agent',
    does: 'lets the exceptions of one rule win over other rules of the policy that allow the same addresses',
    source: 'https://github.com/aws/amazon-network-policy-controller-k8s/issues/146',
    cure: 'write the excepted ranges as a rule of their own with the ports that are allowed there, by pods instead of addresses where they are pods, or in a second policy that selects by pods',
    isIn: ({ name }) => name === 'the AWS network policy agent',
    concerns: () => true,
    asTaken: policy => mapRules(policy, spreadExceptions),
  },
  {
    engine: 'Cilium',
    does: 'never takes a pod for a member of an ipBlock',
    source: 'https://github.com/cilium/cilium/issues/9209',
    cure: 'allow pods by podSelector and namespaceSelector',
    isIn: ({ name }) => name === 'Cilium',
    concerns: ({ from, to }) => from.pod !== null && to.pod !== null,
    asTaken: policy => mapRules(policy, withoutBlocks),
  },
  {
    engine: 'Cilium before 1.16',
    does: 'ignores endPort, so that a range is its first port alone',
    source: 'https://github.com/cilium/cilium/issues/28684',
    cure: 'write each port, or bring Cilium to 1.16 or later',
    isIn: engine => engine.name === 'Cilium' && minorOf(engine) < 16,
    concerns: () => true,
    asTaken: policy => mapRules(policy, rules => rules.map(withoutRanges)),
  },
]

type ChangeRules = (rules: readonly PolicyRule[]) => readonly PolicyRule[]

const mapRules = (policy: NetworkPolicy, change: ChangeRules): NetworkPolicy => ({
  ...policy,
  ingress: change(policy.ingress),
  egress: change(policy.egress),
})

const everywhere = ['0.0.0.0/0', '::/0']

/** Only rules that speak of addresses, or of everybody: pods are written down one by one and are more specific. */
function spreadExceptions(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  return rules.map(rule => {
    const exceptions = rules.flatMap(other => (other === rule ? [] : exceptionsOf(other)))
    if (exceptions.length === 0) return rule
    const peers = rule.peers.length > 0 ? rule.peers : everywhere.map(cidr => block(cidr, []))
    return {
      ...rule,
      peers: peers.map(peer =>
        peer.ipBlock
          ? block(peer.ipBlock.cidr, [...peer.ipBlock.except, ...within(peer.ipBlock.cidr, exceptions)])
          : peer,
      ),
    }
  })
}

const exceptionsOf = ({ peers }: PolicyRule): readonly string[] => peers.flatMap(({ ipBlock }) => ipBlock?.except ?? [])

/** A block that is narrower than an exception wins over it, by the longest prefix. */
const within = (cidr: string, exceptions: readonly string[]): readonly string[] => {
  const network = parseNetwork(cidr)
  return network ? exceptions.filter(text => holds(network, parseNetwork(text))) : []
}

const holds = (outer: Network, inner: Network | null): boolean =>
  inner !== null && contains(outer, { family: inner.family, value: inner.first }) && inner.prefix >= outer.prefix

const block = (cidr: string, except: readonly string[]): PolicyPeer => ({
  ipBlock: { cidr, except },
  namespaceSelector: null,
  podSelector: null,
})

/** A rule whose peers were all ipBlocks allows nothing, not everything. */
const withoutBlocks: ChangeRules = rules =>
  rules.flatMap(rule => {
    const peers = rule.peers.filter(({ ipBlock }) => ipBlock === null)
    return rule.peers.length > 0 && peers.length === 0 ? [] : [{ ...rule, peers }]
  })

const withoutRanges = (rule: PolicyRule): PolicyRule => ({
  ...rule,
  ports: rule.ports.map(port => ({ ...port, endPort: null })),
})
