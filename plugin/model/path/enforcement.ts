import { isOk, valueOr } from '../../../shared/reading.ts'
import { plainNetwork } from '../plain-network.ts'
import { type PolicyEngine, policyEngines } from '../policy-engine.ts'
import { type PathScene, readNodes } from './scene.ts'

/** Whether policies are enforced. */
export type Enforcement =
  | { readonly kind: 'enforced'; readonly engines: readonly PolicyEngine[] }
  /** `network` is the pod network in use. */
  | { readonly kind: 'nobody'; readonly network: string }
  | { readonly kind: 'unknown'; readonly why: string }

/** Determines who enforces policies in the cluster. */
export function enforcementIn(scene: PathScene): Enforcement {
  const { pods, nodes } = scene.cluster
  if (!isOk(pods)) return { kind: 'unknown', why: `pods were not read: ${pods.detail}` }
  const engines = policyEngines(pods.value, valueOr(nodes, []))
  if (engines.length > 0) return { kind: 'enforced', engines }
  const network = plainNetwork(pods.value, readNodes(scene))
  return network
    ? { kind: 'nobody', network: network.name }
    : { kind: 'unknown', why: 'which network the cluster uses, and whether it enforces policies, is not known' }
}

/** Engines that also decide by objects of their own. */
const ownObjects: Readonly<Record<string, string>> = {
  Cilium: 'CiliumNetworkPolicies',
  Antrea: 'Antrea’s own policies',
  'OVN-Kubernetes': 'AdminNetworkPolicies and EgressFirewalls',
  'Kube-OVN': 'rules of its subnets',
  NSX: 'rules of NSX',
}

/** Objects that also decide but are not read; null without any. */
export function unreadObjects(enforcement: Enforcement): { readonly engine: string; readonly what: string } | null {
  const engines = enforcement.kind === 'enforced' ? enforcement.engines : []
  const [own] = engines.flatMap(({ name }) => {
    const what = ownObjects[name]
    return what === undefined ? [] : [{ engine: name, what }]
  })
  return own ?? null
}
