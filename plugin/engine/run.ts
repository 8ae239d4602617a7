import { messageOf } from '../../shared/errors.ts'
import type { Finding, Subject } from '../../shared/finding.ts'
import { isOk } from '../../shared/reading.ts'
import type { NodeParts, NodeSnapshot } from '../../shared/snapshot.ts'
import type { AnyCheck, Draft, Outcome } from './check.ts'
import { type Candidate, groupFindings } from './group.ts'
import type { NotRun, Report } from './report.ts'
import type { Snapshot } from './snapshot.ts'

/** Judges a snapshot with the given checks. Pure; a check that throws is reported and spoils nothing. */
export function runChecks(snapshot: Snapshot, checks: readonly AnyCheck[]): Report {
  const answers = checks.flatMap(check =>
    check.scope === 'node' ? runOnNodes(snapshot, check) : [runOnCluster(snapshot, check)],
  )
  const { findings, rootCauses } = groupFindings(answers.flatMap(toCandidates))
  const notRead = snapshot.nodes.flatMap(node => (node.status === 'read' ? [] : [{ node: node.name, why: node.why }]))
  const decided = answers.filter(({ outcome }) => outcome.kind === 'passed' || outcome.kind === 'found')
  const codes = new Set(decided.map(({ check }) => check.code))
  const open = new Set(
    answers.filter(({ outcome }) => outcome.kind !== 'not-applicable').map(({ check }) => check.code),
  )
  return {
    schema: 1,
    cluster: { version: isOk(snapshot.version) ? snapshot.version.value : null },
    takenAt: snapshot.takenAt,
    coverage: { nodes: snapshot.nodes.length, read: snapshot.nodes.length - notRead.length, notRead },
    rootCauses,
    findings,
    checks: {
      run: codes.size,
      notApplicable: checks.map(({ code }) => code).filter(code => !open.has(code)),
      notRun: merge(answers, 'not-run'),
      crashed: merge(answers, 'crashed'),
    },
  }
}

/** What one check answered about one node, or about the cluster when `node` is null. */
interface Answer {
  readonly check: AnyCheck
  readonly node: string | null
  readonly outcome: Outcome | { readonly kind: 'crashed'; readonly why: string }
}

type NodeCheckOf = Extract<AnyCheck, { scope: 'node' }>
type ClusterCheckOf = Extract<AnyCheck, { scope: 'cluster' }>
type ReadNode = Extract<NodeSnapshot, { status: 'read' }>

function runOnNodes(snapshot: Snapshot, check: NodeCheckOf): readonly Answer[] {
  const unread = unreadCluster(snapshot, check.cluster)
  if (unread) return [{ check, node: null, outcome: { kind: 'not-run', why: unread } }]
  const nodes = snapshot.nodes.filter(node => node.status === 'read')
  if (nodes.length === 0) return [{ check, node: null, outcome: { kind: 'not-run', why: 'no node was read' } }]
  return nodes.map(node => ({ check, node: node.name, outcome: runOnNode(snapshot, check, node) }))
}

function runOnNode(snapshot: Snapshot, check: NodeCheckOf, { name, parts }: ReadNode): Answer['outcome'] {
  for (const need of check.needs) {
    const part = parts[need]
    if (part.status === 'unavailable') return { kind: 'not-run', why: `${need} not read: ${part.detail}` }
  }
  return guard(() =>
    check.run({
      node: name,
      parts: values(parts, check.needs),
      maybe: pick(parts, check.wants),
      cluster: values(snapshot.cluster, check.cluster),
      maybeCluster: pick(snapshot.cluster, check.wantsCluster),
      takenAt: Date.parse(snapshot.takenAt),
    }),
  )
}

function runOnCluster(snapshot: Snapshot, check: ClusterCheckOf): Answer {
  const unread = unreadCluster(snapshot, check.cluster)
  if (unread) return { check, node: null, outcome: { kind: 'not-run', why: unread } }
  const read = snapshot.nodes.flatMap(node =>
    node.status === 'read' ? [[node.name, pick(node.parts, check.wants)] as const] : [],
  )
  const notRead = snapshot.nodes.flatMap(node => (node.status === 'read' ? [] : [[node.name, node.why] as const]))
  const input = {
    cluster: values(snapshot.cluster, check.cluster),
    maybeCluster: pick(snapshot.cluster, check.wantsCluster),
    nodes: new Map<string, Partial<NodeParts>>(read),
    notRead: new Map(notRead),
    takenAt: Date.parse(snapshot.takenAt),
  }
  return { check, node: null, outcome: guard(() => check.run(input)) }
}

function unreadCluster(snapshot: Snapshot, names: readonly (keyof Snapshot['cluster'])[]): string | null {
  for (const name of names) {
    const part = snapshot.cluster[name]
    if (part.status === 'unavailable') return `${name} not read: ${part.detail}`
  }
  return null
}

function guard(run: () => Outcome): Answer['outcome'] {
  try {
    return run()
  } catch (error) {
    return { kind: 'crashed', why: messageOf(error) }
  }
}

const pick = <T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> =>
  // The keys are exactly those of the pick.
  Object.fromEntries(keys.map(key => [key, from[key]])) as Pick<T, K>

const values = <T extends object, K extends keyof T>(from: T, keys: readonly K[]): Record<K, unknown> =>
  Object.fromEntries(keys.map(key => [key, unwrap(from[key])])) as Record<K, unknown>

const unwrap = (part: unknown): unknown =>
  typeof part === 'object' && part !== null && 'value' in part ? part.value : undefined

function toCandidates({ check, node, outcome }: Answer): readonly Candidate[] {
  if (outcome.kind !== 'found') return []
  return outcome.drafts.map(draft => ({ finding: toFinding(check, node, draft), symptoms: check.explains }))
}

function toFinding(check: AnyCheck, node: string | null, draft: Draft): Finding {
  const subject: Subject =
    draft.subject ?? (node === null ? { kind: 'Cluster', name: 'cluster' } : { kind: 'Node', name: node })
  const place = [subject.kind.toLowerCase(), subject.namespace, subject.name].filter(Boolean).join('/')
  return {
    id: [check.code, place, draft.key].filter(Boolean).join('/'),
    code: check.code,
    severity: draft.severity ?? check.severity,
    confidence: draft.confidence ?? 'certain',
    subject,
    message: draft.message,
    evidence: [...draft.evidence],
    danger: draft.danger,
    remedies: [...draft.remedies],
    verify: draft.verify ?? `kubectl netcheck nodes${node === null ? '' : ` ${node}`}`,
    explains: [],
  }
}

/** One entry per check and reason, with the nodes it holds for. */
function merge(answers: readonly Answer[], kind: 'not-run' | 'crashed'): readonly NotRun[] {
  const merged = new Map<string, { code: string; why: string; nodes: string[] }>()
  for (const { check, node, outcome } of answers) {
    if (outcome.kind !== kind) continue
    const key = `${check.code}\n${outcome.why}`
    const entry = merged.get(key) ?? { code: check.code, why: outcome.why, nodes: [] }
    if (node !== null) entry.nodes.push(node)
    merged.set(key, entry)
  }
  return [...merged.values()]
}
