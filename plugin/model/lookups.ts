import type { Subject } from '../../shared/finding.ts'
import type { Draft, Outcome } from '../engine/check.ts'
import type { ClusterParts } from '../engine/snapshot.ts'
import { judgeProbes, type Probed, type ProbedNodes, probedService } from './probe-results.ts'

/** Inputs of a check that judges probed DNS lookups. */
export const lookupInputs = { cluster: [], wantsCluster: ['endpointSlices'], wants: ['probes'] } as const

interface Input {
  readonly nodes: ProbedNodes
  readonly maybeCluster: Pick<ClusterParts, 'endpointSlices'>
}

interface Judge {
  readonly isOdd: (lookup: Probed) => boolean
  /** Creates the draft for all odd lookups; the subject is the queried service. */
  readonly draft: (lookups: readonly Probed[], subject: Subject) => Draft
}

/** Judges the lookups: one finding for all odd ones. */
export const judgeLookups = ({ nodes, maybeCluster: { endpointSlices } }: Input, { isOdd, draft }: Judge): Outcome =>
  judgeProbes(nodes, ['cluster-name', 'outside-name'], probed => {
    const lookups = probed.filter(isOdd)
    return lookups.length > 0 ? [draft(lookups, probedService(lookups, endpointSlices))] : []
  })
