import type { Cluster } from '../index.ts'
import type { ClusterNode } from '../node/node.ts'

/** Breaks a node; resolves to how to mend it. */
export type Breaker = (node: ClusterNode, cluster: Omit<Cluster, 'break'>) => Promise<() => Promise<void>>

const none: Breaker = async () => async () => {}

export const breakers = { none } as const satisfies Record<string, Breaker>
export type BreakerName = keyof typeof breakers
