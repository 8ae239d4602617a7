import { isOk, valueOr } from '../../../shared/reading.ts'
import { plainNetwork } from '../plain-network.ts'
import { type PolicyEngine, policyEngines } from '../policy-engine.ts'
import { type PathScene, readNodes } from './scene.ts'

/** Whether anybody makes policies more than paper. */
export type Enforcement =
  | { readonly kind: 'enforced'; readonly engines: readonly PolicyEngine[] }
  /** `network` is what connects the pods instead. */
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

/** Engines that decide elsewhere than in the rules of a node, and objects of their own by which they do. */
const ownObjects: Readonly<Record<string, string>> = {
  Cilium: 'CiliumNetworkPolicies',
  Antrea: 'Antrea’s own policies',
  'OVN-Kubernetes': 'AdminNetworkPolicies and EgressFirewalls',
  'Kube-OVN': 'rules of its subnets',
  NSX: 'rules of NSX',
}

/** Objects that decide too and are not read; null where all that decides is. */
export function unreadObjects(enforcement: Enforcement): { readonly engine: string; readonly what: string } | null {
  const engines = enforcement.kind === 'enforced' ? enforcement.engines : []
  const [own] = engines.flatMap(({ name }) => {
    const what = ownObjects[name]
    return what === undefined ? [] : [{ engine: name, what }]
  })
  return own ?? null
}
