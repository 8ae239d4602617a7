import type { Evidence, Subject } from '../../shared/finding.ts'
import { largeQueryBytes, type ProbeAnswer, type ProbeResult, type ProbeTarget } from '../../shared/protocol/probes.ts'
import { isOk, type Part, type Reading } from '../../shared/reading.ts'
import type { EndpointSlice } from '../cluster/endpoint-slices.ts'
import { type Draft, foundAmong, notApplicable, type Outcome, type Undecided } from '../engine/check.ts'

/** A probe with its result. */
export interface Probed {
  readonly node: string
  readonly target: ProbeTarget
  readonly answer: ProbeAnswer
}

/** Probe results by node. */
export type ProbedNodes = ReadonlyMap<string, { readonly probes: Part<readonly ProbeResult[]> }>

/** Judges the probes of the given purposes; nodes without results in time are undecided. */
export function judgeProbes(
  nodes: ProbedNodes,
  purposes: readonly ProbeTarget['purpose'][],
  judge: (probed: readonly Probed[]) => readonly Draft[],
): Outcome {
  if (!isProbed(nodes)) return notProbed
  const results = [...nodes].flatMap(([node, { probes }]) =>
    isOk(probes) ? probes.value.map(result => ({ node, ...result })) : [],
  )
  const own = results.filter(({ target }) => purposes.includes(target.purpose))
  const isUnread = [...nodes.values()].some(({ probes }) => !isOk(probes))
  if (own.length === 0 && !isUnread) return notApplicable('no node had anything of this kind to ask')
  const probed = own.flatMap(({ node, target, answer }) =>
    isOk(answer) && isDecided(answer.value) ? [{ node, target, answer: answer.value }] : [],
  )
  return foundAmong(judge(probed), undecidedOf(nodes, own))
}

/** Whether any node was probing. */
export const isProbed = (nodes: ProbedNodes): boolean =>
  [...nodes.values()].some(({ probes }) => isOk(probes) || probes.reason !== 'not-recorded')

/** The answer of a check without probes. */
export const notProbed = notApplicable('nothing was probed: that takes --probe')

const isDecided = ({ outcome }: ProbeAnswer): boolean => outcome !== 'untried' && outcome !== 'failed'

function undecidedOf(
  nodes: ProbedNodes,
  results: readonly (ProbeResult & { readonly node: string })[],
): readonly Undecided[] {
  return [...nodes].flatMap(([node, { probes }]) => {
    if (!isOk(probes)) return [{ nodes: [node], why: probes.detail }]
    const own = results.filter(result => result.node === node)
    if (own.length === 0)
      return [{ nodes: [node], why: 'nothing was asked: no ready pod there in a namespace without policies' }]
    return own
      .flatMap(({ answer }) => {
        if (!isOk(answer)) return [answer.detail]
        return isDecided(answer.value) ? [] : [answer.value.detail || 'the time for probes was over']
      })
      .slice(0, 1)
      .map(why => ({ nodes: [node], why }))
  })
}

/** Whether nothing answered or the network was unreachable; a refusal is an answer. */
export const isLost = ({ answer }: Probed): boolean =>
  answer.outcome === 'timed-out' || answer.outcome === 'unreachable'

/** Evidence: source, target and result on one line. */
export function evidenceOf({ node, target, answer }: Probed, expected: string): Evidence {
  const from = target.pod === null ? node : `a pod on ${node}`
  const asked = target.kind === 'tcp' ? 'TCP' : `${ways[target.kind]}, ${target.name}`
  const place = target.address.includes(':') ? `[${target.address}]:${target.port}` : `${target.address}:${target.port}`
  return { at: `probe from ${from} to ${target.label}`, observed: `${place} (${asked}): ${told(answer)}`, expected }
}

const ways = {
  'dns-udp': 'DNS over UDP',
  'dns-tcp': 'DNS over TCP',
  'dns-tcp-large': `DNS over TCP in ${largeQueryBytes} bytes`,
} as const

function told({ outcome, ms, tries, dns, detail }: ProbeAnswer): string {
  const asked = tries > 1 ? `, asked ${tries} times` : ''
  if (outcome === 'timed-out') return `no answer within ${ms} ms${asked}`
  if (dns) return `${rcodes[dns.rcode] ?? `code ${dns.rcode}`}, ${dns.answers} records after ${ms} ms${asked}`
  return `${outcome} after ${ms} ms${asked}${detail ? ` (${detail})` : ''}`
}

/** RFC 1035 section 4.1.1. */
const rcodes: Readonly<Record<number, string>> = {
  0: 'NOERROR',
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  5: 'REFUSED',
}

/** Names of the probing nodes, in order. */
export const askers = (probed: readonly Probed[]): readonly string[] =>
  [...new Set(probed.map(({ node }) => node))].sort()

/** A service as subject, on the nodes that asked and on those where it is served. */
export function probedService(probed: readonly Probed[], slices: Reading<readonly EndpointSlice[]>): Subject {
  const [, namespace = '', name = ''] = /^Service ([^/]+)\/(.+)$/.exec(probed[0]?.target.label ?? '') ?? []
  const own = isOk(slices) ? slices.value.filter(slice => slice.namespace === namespace && slice.service === name) : []
  const served = own.flatMap(({ endpoints }) => endpoints.flatMap(({ node }) => node ?? []))
  const ends = probed.flatMap(({ target }) => target.node ?? [])
  return { kind: 'Service', namespace, name, nodes: [...new Set([...askers(probed), ...served, ...ends])].sort() }
}
