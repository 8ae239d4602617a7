import { isOk, type Reading } from '../../shared/reading.ts'
import type { CalicoBlock } from '../cluster/calico-blocks.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Pod } from '../cluster/pods.ts'
import type { ClusterParts } from '../engine/snapshot.ts'
import { daemonComplaints } from './daemon-logs.ts'
import { harmOn } from './harm.ts'

/** A block whose node is gone: no other node takes addresses from it as long as it has that owner. */
export interface OrphanedBlock {
  readonly cidr: string
  readonly node: string
  /** Addresses that are taken in it. */
  readonly taken: number
}

/** Blocks of nodes that the API does not know any more; none where nodes were not read. */
export const orphanedBlocks = (
  blocks: readonly CalicoBlock[],
  nodes: Reading<readonly ApiNode[]>,
): readonly OrphanedBlock[] => {
  if (!isOk(nodes) || nodes.value.length === 0) return []
  const known = new Set(nodes.value.map(({ name }) => name))
  return blocks.flatMap(({ cidr, node, deleted, allocations }) =>
    node === null || deleted || known.has(node) ? [] : [{ cidr, node, taken: allocations.length }],
  )
}

/** A node that gets no address, and who says so. */
export interface Starved {
  readonly node: string
  readonly at: string
  readonly line: string
}

interface Sources extends Pick<ClusterParts, 'events' | 'nodes' | 'componentLogs'> {
  readonly pods: readonly Pod[]
}

/** Nodes on which pods, or the agent for its own tunnel, are told that pools or blocks are full. */
export function starvedNodes({ pods, events, nodes, componentLogs }: Sources, takenAt: number): readonly Starved[] {
  if (!isOk(nodes)) return []
  const complaints = daemonComplaints({ pods, componentLogs }, takenAt)
  return nodes.value.flatMap(({ name }) => {
    const { failures } = harmOn(name, { pods: { status: 'ok', value: pods }, events }, takenAt)
    const failure = failures.find(({ cause }) => cause === 'no-address')
    if (failure)
      return [{ node: name, at: `Event of Pod ${failure.pod.namespace}/${failure.pod.name}`, line: failure.text }]
    const said = complaints.findLast(each => each.node === name && each.kind === 'no-addresses' && each.isUnwell)
    return said ? [{ node: name, at: said.line.source, line: said.line.text }] : []
  })
}
