import { answersOf } from '../../plugin/engine/answers.ts'
import type { AnyCheck, Outcome } from '../../plugin/engine/check.ts'
import type { Snapshot } from '../../plugin/engine/snapshot.ts'
import { ok, unavailable } from '../../shared/reading.ts'
import type { NodeSnapshot } from '../../shared/snapshot.ts'

/** Inputs without which a check passes what it passes with them: one at a time, on all nodes and on each alone. */
export const passesWithout = (check: AnyCheck, given: Snapshot): readonly string[] =>
  turnedToPassed(check, given, 'passed')

/** Inputs without one of which what a check finds here would be called healthy. */
export const hiddenWithout = (check: AnyCheck, given: Snapshot): readonly string[] =>
  turnedToPassed(check, given, 'found')

/** The same snapshot, in which what decides and was left out had been read and held nothing. */
export function readWhole(check: AnyCheck, given: Snapshot): Snapshot {
  const decides = (name: string, part: { status: string; detail?: string }) =>
    check.decisive.includes(name as never) && part.status !== 'ok' && leftOut.test(part.detail ?? '')
  const fill = <T extends object>(parts: T, empty: object): T =>
    // Only inputs that were not read change, and none of them its type.
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, decides(name, part) ? empty : part])) as T
  return {
    ...given,
    cluster: fill(given.cluster, { ...ok([]), ms: 0 }),
    nodes: given.nodes.map(node =>
      node.status === 'read'
        ? { ...node, parts: fill(node.parts, { ...unavailable('missing', 'nothing is there'), ms: 0 }) }
        : node,
    ),
  }
}

const leftOut = /^this (?:part )?was not asked for$/

interface Variant {
  readonly input: string
  readonly snapshot: Snapshot
  /** Nodes without the input; null where the API lacks it. */
  readonly nodes: readonly string[] | null
}

function turnedToPassed(check: AnyCheck, given: Snapshot, before: Outcome['kind']): readonly string[] {
  const judged = nodesWith(check, given, before)
  if (judged.length === 0) return []
  const inputs = variants(check, given).flatMap(({ input, snapshot, nodes }) => {
    const healthy = nodesWith(check, snapshot, 'passed')
    const isTouched = (node: string | null) => node === null || nodes === null || nodes.includes(node)
    return judged.some(node => isTouched(node) && healthy.includes(node)) ? [input] : []
  })
  return [...new Set(inputs)]
}

/** Nodes about which a check answers so; null stands for the cluster. */
const nodesWith = (check: AnyCheck, snapshot: Snapshot, kind: Outcome['kind']): readonly (string | null)[] =>
  answersOf(snapshot, check).flatMap(({ node, outcome }) => (outcome.kind === kind ? [node] : []))

const failed = { ...unavailable('failed', 'reading it failed'), ms: 0 }

const variants = (check: AnyCheck, given: Snapshot): readonly Variant[] => [
  ...check.wants.flatMap(input => {
    const holders = given.nodes.flatMap(node =>
      node.status === 'read' && node.parts[input].status === 'ok' ? [node.name] : [],
    )
    const groups = holders.length > 1 ? [holders, ...holders.map(name => [name])] : holders.map(name => [name])
    return groups.map(nodes => ({
      input,
      nodes,
      snapshot: { ...given, nodes: given.nodes.map(node => without(node, input, nodes)) },
    }))
  }),
  ...check.wantsCluster.flatMap(input =>
    given.cluster[input].status === 'ok'
      ? [{ input, nodes: null, snapshot: { ...given, cluster: { ...given.cluster, [input]: failed } } }]
      : [],
  ),
]

const without = (node: NodeSnapshot, input: string, names: readonly string[]): NodeSnapshot =>
  node.status === 'read' && names.includes(node.name) ? { ...node, parts: { ...node.parts, [input]: failed } } : node
