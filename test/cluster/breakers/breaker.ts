import type { Api } from '../api/api.ts'
import type { ClusterNode } from '../node/node.ts'
import type { ClusterPlan } from '../plan/plan.ts'

/** What a breaker may look at besides its node. */
export interface Surroundings {
  readonly api: Api
  readonly plan: ClusterPlan
}

/** Breaks a node as it breaks in real clusters, with all that its API shows then. Resolves to how to mend it. */
export type Breaker = (node: ClusterNode, surroundings: Surroundings) => Promise<() => Promise<void>>
