import type { Subject } from '../../../shared/finding.ts'
import { destinationOf, sourcesOf, type Unclear } from './destination.ts'
import type { Reference } from './grammar.ts'
import { type Hop, type HopState, hop, worstState } from './hop.ts'
import { resolveEnd } from './resolve.ts'
import type { PathScene, Protocol, Source } from './scene.ts'
import { type Trace, tracePath } from './trace.ts'

/** The question: both ends as written. */
export interface PathRequest {
  readonly from: Reference
  readonly to: Reference
  readonly protocol: Protocol
}

/** The answer, with the names of both ends. */
export interface PathAnswer extends Trace {
  readonly from: string
  readonly to: string
  readonly protocol: Protocol
  /** Nodes that the connection passes. */
  readonly nodes: readonly string[]
  /** Pods that were followed for a workload, including the one shown. */
  readonly sources: readonly { readonly from: string; readonly state: HopState }[]
}

/**
 * Resolves both ends and follows the connection, for a workload from the pod with the worst result. `Unclear` when the
 * question cannot be answered as asked.
 */
export function answerPath({ from, to, protocol }: PathRequest, scene: PathScene): PathAnswer | Unclear {
  const [start, end] = [
    resolveEnd(from, { ...scene.cluster, isStart: true }),
    resolveEnd(to, { ...scene.cluster, isStart: false }),
  ]
  if (start.kind === 'absent') return { ...start, kind: 'unclear' }
  if (end.kind === 'absent') return { ...end, kind: 'unclear' }
  if (start.kind === 'unread') return unread({ from: from.name, to: to.name, protocol }, start.why)
  const sources = sourcesOf(start)
  if (typeof sources === 'string') return { kind: 'unclear', why: sources, hint: 'kubectl netcheck path --help' }
  const destination = destinationOf({ end, port: to.port, protocol }, scene)
  if (destination.kind === 'unclear') return destination
  const follow = (source: Source) => ({ source, trace: tracePath({ source, destination, protocol }, scene) })
  const [first, ...others] = sources
  const traced = [follow(first), ...others.map(follow)] as const
  const worst = worstState(traced.map(({ trace }) => trace.state))
  const { source, trace } = traced.find(({ trace }) => trace.state === worst) ?? traced[0]
  const nodes = traced.flatMap(each => [each.source.node, ...each.trace.ways.map(({ node }) => node)])
  return {
    ...trace,
    from: source.label,
    to: destination.label,
    protocol,
    nodes: [...new Set(nodes.flatMap(node => node ?? []))].sort(),
    sources: traced.map(each => ({ from: each.source.label, state: each.trace.state })),
  }
}

function unread(ends: Pick<PathAnswer, 'from' | 'to' | 'protocol'>, why: string): PathAnswer {
  const only: Hop = hop('not-looked-at', { step: 'source', place: ends.from, text: why })
  return { ...ends, state: only.state, hops: [only], ways: [], nodes: [], sources: [] }
}

/** Objects on the way, by the labels of hops and ways, as findings name them. */
export function subjectsOf({ from, to, ways, nodes }: PathAnswer): readonly Subject[] {
  const labels = [from, to.replace(/:\d+$/, ''), ...ways.map(({ target }) => target)]
  return [
    ...nodes.map((name): Subject => ({ kind: 'Node', name })),
    ...[...new Set(labels)].flatMap((label): readonly Subject[] => {
      const [kind, namespace, name] = label.split('/')
      if (name === undefined || (kind !== 'pod' && kind !== 'service')) return []
      return [{ kind: kind === 'pod' ? 'Pod' : 'Service', namespace: namespace ?? '', name }]
    }),
  ]
}
