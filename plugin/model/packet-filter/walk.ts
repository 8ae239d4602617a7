import { ownerOf } from './owners.ts'
import { type Packet, type Surroundings, type View, viewOf } from './packet.ts'
import type { Action, BaseChain, Chain, Hook, Origin, Step } from './rules.ts'
import type { Truth } from './truth.ts'

/** A possible verdict on a packet in one base chain. */
export interface Decision {
  /** `divert`: it is led elsewhere, or kept from where services are resolved. */
  readonly verdict: 'accept' | 'drop' | 'reject' | 'divert' | 'unknown'
  readonly origin: Origin
  /** True where the rule translates addresses. */
  readonly isTranslation?: true
}

/** The fate of a packet; `unknown` when it may pass or be stopped. */
export interface Verdict {
  readonly verdict: Decision['verdict']
  /** The deciding rule or policy; for a passing packet the last one. Null when it meets no base chain. */
  readonly by: Origin | null
  /** The hook of the deciding rule. */
  readonly hook: Hook | null
  /** Earlier possible decisions; for `unknown` those that might stop it. */
  readonly doubts: readonly Decision[]
  /** Rules, not policies, that accepted it. */
  readonly acceptedBy: readonly Origin[]
}

/** Limit of rules evaluated per packet; chains may be entered often. */
const mostSteps = 400_000
/** The kernel allows 16 in nf_tables; kube-proxy and CNIs need 6. */
const mostJumps = 32
/** Limit of possible decisions reported per chain; at least one of each verdict is kept. */
const mostDoubts = 20

/** Walks a packet through all base chains it meets, in order. Pure and bounded. */
export function walk(
  chains: readonly BaseChain[],
  { packet, surroundings }: { readonly packet: Packet; readonly surroundings: Surroundings },
): Verdict {
  const walker: Walker = { view: viewOf(packet, surroundings), left: mostSteps, may: [], untracked: null }
  const doubts: Decision[] = []
  const acceptedBy: Origin[] = []
  let by: Origin | null = null
  let hook: Hook | null = null
  for (const base of chainsOnPath(chains, packet)) {
    translateBefore(walker.view, base)
    const untracked = base.isNat ? untrackedBefore(walker, base) : null
    if (untracked) return { ...diversion(untracked, base), doubts: [...doubts], acceptedBy }
    if (base.isNat && !enterNat(walker.view)) continue
    const decision = decide(walker, base)
    if (walker.may.length === 0 && isCatch(decision, base, packet))
      return { ...diversion(decision.origin, base), doubts: [...doubts], acceptedBy }
    by = decision.origin
    hook = base.hook
    if (isBlocking(decision) && walker.may.every(isBlocking))
      return { verdict: decision.verdict, by, hook, doubts: [...doubts, ...walker.may], acceptedBy }
    if (decision.verdict === 'accept' && by.kind === 'rule') acceptedBy.push(by)
    doubts.push(...[...walker.may, decision].filter(({ verdict }) => verdict !== 'accept'))
  }
  return { verdict: doubts.length > 0 ? 'unknown' : 'accept', by, hook, doubts, acceptedBy }
}

const diversion = (by: Origin, { hook }: BaseChain) => ({ verdict: 'divert', by, hook }) as const

/** The rule that surely took this packet out of connection tracking before its service could be resolved. */
function untrackedBefore({ view, untracked }: Walker, { hook }: BaseChain): Origin | null {
  const { packet, surroundings, state } = view
  if (state !== 'UNTRACKED' || !packet.translated || !resolvers.has(hook)) return null
  return surroundings.isLocal(packet.destination.address) === 'no' ? untracked : null
}

/** Somebody else's rule translates the packet, or ends the chain before the rules of services are asked. */
function isCatch({ verdict, origin, isTranslation }: Decision, { isNat, hook }: BaseChain, packet: Packet): boolean {
  if (verdict !== 'accept' || origin.kind !== 'rule' || !isNat || !resolvers.has(hook)) return false
  const { role } = ownerOf(origin)
  return (role === 'foreign' || role === 'firewall') && (isTranslation === true || packet.translated !== undefined)
}

/** Where destinations are translated. */
const resolvers: ReadonlySet<Hook> = new Set<Hook>(['prerouting', 'output'])

/**
 * Whether nat chains see the packet, which they do only for the first one of a connection. When that is unknown, its
 * addresses and mark become unknown too.
 */
function enterNat(view: View): boolean {
  if (view.state !== null) return view.state === 'NEW'
  view.unknownMark = 0xffff_ffff
  view.isRewritten = true
  return false
}

const isBlocking = ({ verdict }: Decision): boolean => verdict === 'drop' || verdict === 'reject'

const paths: Readonly<Record<Packet['path'], readonly Hook[]>> = {
  forward: ['prerouting', 'forward', 'postrouting'],
  input: ['prerouting', 'input'],
  output: ['output', 'postrouting'],
}

const chainsOnPath = (chains: readonly BaseChain[], packet: Packet): readonly BaseChain[] =>
  paths[packet.path].flatMap(hook =>
    chains.filter(each => each.hook === hook && isMet(each, packet)).sort((a, b) => a.priority - b.priority),
  )

/** A packet whose device is not known meets no chain of devices. */
function isMet({ devices, hook }: BaseChain, { input, output }: Packet): boolean {
  const device = hook === 'postrouting' ? output : input
  return devices === undefined || (device !== null && devices.includes(device))
}

/** Priority at which the kernel translates destinations; chains of this priority still see the original one. */
const destinationPriority = -100

function translateBefore(view: View, { hook, priority }: BaseChain): void {
  const isFirst = hook === 'prerouting' || hook === 'output'
  if (view.packet.translated && !(isFirst && priority <= destinationPriority)) view.destination = view.packet.translated
}

interface Walker {
  readonly view: View
  left: number
  /** Possible decisions in the base chain before the certain one. */
  may: Decision[]
  /** The rule that took the packet out of connection tracking. */
  untracked: Origin | null
}

function decide(walker: Walker, base: BaseChain): Decision {
  walker.may = []
  return followChain(walker, base, { isSure: true, depth: 0 }) ?? { verdict: base.policy, origin: base.end }
}

interface Way {
  /** Whether the packet certainly reaches this point. */
  readonly isSure: boolean
  readonly depth: number
}

/** The certain decision; null when the packet returns to the caller, or may return. */
function followChain(walker: Walker, chain: Chain, way: Way): Decision | null {
  let isSure = way.isSure
  for (const rule of chain.rules()) {
    walker.left -= 1
    if (walker.left < 0) return end(walker, { verdict: 'unknown', origin: rule.origin }, isSure)
    for (const step of rule.steps(walker.view)) {
      const outcome = take(walker, { step, origin: rule.origin }, { isSure, depth: way.depth })
      if (outcome === 'leave') return null
      if (outcome === 'doubt') isSure = false
      else if (outcome !== 'go on') return outcome
    }
  }
  return null
}

/** Returns a certain decision, and records an uncertain one as possible. */
function end(walker: Walker, decision: Decision, isSure: boolean): Decision | null {
  if (isSure) return decision
  const { may } = walker
  if (may.length < mostDoubts || may.every(({ verdict }) => verdict !== decision.verdict)) may.push(decision)
  return null
}

/** `leave` ends the chain; after `doubt` it is uncertain whether the packet is still in it. */
type Outcome = Decision | 'leave' | 'doubt' | 'go on'

function take(walker: Walker, { step, origin }: { step: Step; origin: Origin }, way: Way): Outcome {
  const { truth, action } = step
  const isSure = way.isSure && truth === 'yes'
  switch (action.kind) {
    case 'return':
      return leaving(truth)
    case 'jump':
    case 'goto':
      return takeChain(walker, { truth, action, origin }, { isSure, depth: way.depth + 1 })
    case 'untrack':
      if (isSure) walker.untracked ??= origin
      change(walker.view, action, isSure)
      return 'go on'
    case 'mark':
    case 'any-mark':
      change(walker.view, action, isSure)
      return 'go on'
    case 'translate':
      if (walker.view.packet.translated === undefined) walker.view.isRewritten = true
      return (
        end(walker, { verdict: 'accept', origin, isTranslation: true }, isSure) ?? (truth === 'yes' ? 'leave' : 'go on')
      )
    default:
      return end(walker, { verdict: action.kind, origin }, isSure) ?? (truth === 'yes' ? 'leave' : 'go on')
  }
}

const leaving = (truth: Truth): Outcome => (truth === 'yes' ? 'leave' : 'doubt')

function takeChain(
  walker: Walker,
  { truth, action, origin }: { truth: Truth; action: Extract<Action, { chain: Chain }>; origin: Origin },
  way: Way,
): Outcome {
  const decision =
    way.depth > mostJumps
      ? end(walker, { verdict: 'unknown', origin }, way.isSure)
      : followChain(walker, action.chain, way)
  return decision ?? (action.kind === 'goto' ? leaving(truth) : 'go on')
}

function change(view: View, action: Extract<Action, { kind: 'mark' | 'any-mark' | 'untrack' }>, isSure: boolean): void {
  if (action.kind === 'untrack') view.state = isSure || view.state === 'UNTRACKED' ? 'UNTRACKED' : null
  else if (action.kind === 'any-mark') view.unknownMark = 0xffff_ffff
  else changeMark(view, action, isSure)
}

function changeMark(view: View, { value, mask }: { value: number; mask: number }, isSure: boolean): void {
  const marked = ((view.mark & ~mask) ^ value) >>> 0
  // A bit that is cleared first is known afterwards.
  if (isSure) view.unknownMark = (view.unknownMark & ~mask) >>> 0
  else view.unknownMark = (view.unknownMark | (marked ^ view.mark)) >>> 0
  if (isSure) view.mark = marked
}
