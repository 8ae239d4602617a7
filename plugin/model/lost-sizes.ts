import type { ProbeAnswer, ProbeResult, ProbeTarget } from '../../shared/protocol/probes.ts'
import { isOk } from '../../shared/reading.ts'
import type { Undecided } from '../engine/check.ts'
import type { Probed, ProbedNodes } from './probe-results.ts'

/** A small query that was answered, and the same query in full-size packets that was not. */
export interface LostSize {
  readonly small: Probed
  readonly large: Probed
}

/** Results of queries in two sizes. */
interface Sizes {
  /** Number of pairs of a small and a large query. */
  readonly asked: number
  readonly lost: readonly LostSize[]
  readonly undecided: readonly Undecided[]
}

/** Compares both sizes on every node; a node without such queries has no DNS pod on another node. */
export function compareSizes(nodes: ProbedNodes): Sizes {
  const pairs = [...nodes].flatMap(([node, { probes }]) =>
    isOk(probes) ? probes.value.flatMap(large => compare(node, large, probes.value)) : [{ node, why: probes.detail }],
  )
  return {
    asked: pairs.length,
    lost: pairs.flatMap(pair => ('small' in pair ? [pair] : [])),
    undecided: pairs.flatMap(pair => ('why' in pair ? [{ nodes: [pair.node], why: pair.why }] : [])),
  }
}

type Compared = LostSize | { readonly node: string; readonly why: string } | { readonly passed: true }

function compare(node: string, large: ProbeResult, all: readonly ProbeResult[]): readonly Compared[] {
  if (large.target.kind !== 'dns-tcp-large') return []
  const small = all.find(({ target }) => target.kind === 'dns-tcp' && isSameWay(target, large.target))
  if (!small) return [{ node, why: `${large.target.label} was asked no short question` }]
  if (!isOk(small.answer)) return [{ node, why: small.answer.detail }]
  if (!isOk(large.answer)) return [{ node, why: large.answer.detail }]
  if (small.answer.value.outcome !== 'connected')
    return [{ node, why: `${large.target.label} answers no short question either` }]
  if (large.answer.value.outcome === 'connected') return [{ passed: true }]
  if (!isSilence(large.answer.value))
    return [{ node, why: `a large question to ${large.target.label}: ${large.answer.value.outcome}` }]
  return [
    {
      small: { node, target: small.target, answer: small.answer.value },
      large: { node, target: large.target, answer: large.answer.value },
    },
  ]
}

const isSameWay = (a: ProbeTarget, b: ProbeTarget): boolean =>
  a.pod === b.pod && a.address === b.address && a.port === b.port

/** A single loss may be chance, and a refusal is unrelated to the size. */
const isSilence = ({ outcome, tries }: ProbeAnswer): boolean => outcome === 'timed-out' && tries > 1
