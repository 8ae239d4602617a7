import type { Subject } from '../../shared/finding.ts'
import type { Draft, Outcome } from '../engine/check.ts'
import type { ClusterParts } from '../engine/snapshot.ts'
import { judgeProbes, type Probed, type ProbedNodes, probedService } from './probe-results.ts'

/** What a check declares that judges lookups which nodes were asked to do. */
export const lookupInputs = { cluster: [], wantsCluster: ['endpointSlices'], wants: ['probes'] } as const

interface Input {
  readonly nodes: ProbedNodes
  readonly maybeCluster: Pick<ClusterParts, 'endpointSlices'>
}

interface Judge {
  readonly isOdd: (lookup: Probed) => boolean
  /** Of all odd lookups; the subject is the service that was asked. */
  readonly draft: (lookups: readonly Probed[], subject: Subject) => Draft
}

/** The answer of such a check: one finding of all lookups that are odd. */
export const judgeLookups = ({ nodes, maybeCluster: { endpointSlices } }: Input, { isOdd, draft }: Judge): Outcome =>
  judgeProbes(nodes, ['cluster-name', 'outside-name'], probed => {
    const lookups = probed.filter(isOdd)
    return lookups.length > 0 ? [draft(lookups, probedService(lookups, endpointSlices))] : []
  })
