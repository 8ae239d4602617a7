import type { Api } from '../api/api.ts'
import type { ClusterNode } from '../node/node.ts'
import type { ClusterPlan } from '../plan/plan.ts'

/** What a breaker may use besides its node. */
export interface Surroundings {
  readonly api: Api
  readonly plan: ClusterPlan
}

/** Breaks a node as in real clusters, including what its API shows then. Resolves to a function that repairs it. */
export type Breaker = (node: ClusterNode, surroundings: Surroundings) => Promise<() => Promise<void>>
