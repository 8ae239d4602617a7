import { type Finding, severities } from '../../../shared/finding.ts'
import { isOk } from '../../../shared/reading.ts'
import type { Report } from '../../engine/report.ts'
import type { Snapshot } from '../../engine/snapshot.ts'
import { podKey } from '../pods.ts'
import type { Difference, Gap } from './difference.ts'

/** A snapshot and its report. */
export interface Judged {
  readonly snapshot: Snapshot
  readonly report: Report
}

/** Compares findings: new, gone, changed and unknown. A finding that was not looked for is not gone. */
export function compareFindings(a: Judged, b: Judged): Difference['findings'] {
  const old = byKey(a)
  const now = byKey(b)
  const wasRoot = rootsOf(a.report)
  const isRoot = rootsOf(b.report)
  const both = [...now].flatMap(([key, finding]) => {
    const before = old.get(key)
    return before ? [{ finding, before }] : []
  })
  const left = [...old].filter(([key]) => !now.has(key)).map(([, finding]) => finding)
  return {
    new: [...now]
      .filter(([key]) => !old.has(key))
      .map(([, finding]) => ({
        finding,
        isRootCause: isRoot.has(finding.id),
        before: openReason(a, finding) === null ? ('absent' as const) : ('not looked at' as const),
      }))
      .sort((one, other) => byWeight(one, other)),
    gone: left
      .filter(finding => openReason(b, finding) === null)
      .map(finding => ({ finding, isRootCause: wasRoot.has(finding.id) }))
      .sort((one, other) => byWeight(one, other)),
    changed: both
      .filter(({ finding, before }) => finding.severity !== before.severity)
      .map(({ finding, before }) => ({ finding, from: before.severity })),
    same: both.filter(({ finding, before }) => finding.severity === before.severity).map(({ finding }) => finding.id),
    unknown: left.flatMap(finding => {
      const why = openReason(b, finding)
      return why === null ? [] : [{ finding, why }]
    }),
  }
}

/** Checks that gave an answer on only one side. */
export function compareCoverage(a: Report, b: Report): { readonly gaps: readonly Gap[]; readonly neither: number } {
  const open = { a: openByCheck(a), b: openByCheck(b) }
  const gaps = (side: 'a' | 'b', other: 'a' | 'b') =>
    [...open[side]].flatMap(([key, gap]) => (open[other].has(key) ? [] : [{ ...gap, side }]))
  return {
    gaps: [...gaps('a', 'b'), ...gaps('b', 'a')],
    neither: [...open.a.keys()].filter(key => open.b.has(key)).length,
  }
}

type Open = Omit<Gap, 'side'>

/** Unanswered checks by code and node. */
function openByCheck({ checks }: Report): ReadonlyMap<string, Open> {
  const entries = [...checks.notRun, ...checks.crashed].flatMap(({ code, why, nodes }) =>
    (nodes.length === 0 ? [null] : nodes).map(
      node => [`${code} ${node ?? ''}`, { what: code, nodes: node === null ? [] : [node], why }] as const,
    ),
  )
  return new Map(entries)
}

/** Why it is unknown whether a finding is there; null when it was looked for. */
function openReason({ report, snapshot }: Judged, { code, subject }: Finding): string | null {
  const touched = subject.kind === 'Node' ? [subject.name] : (subject.nodes ?? [])
  const open = [...report.checks.notRun, ...report.checks.crashed].find(
    entry => entry.code === code && (entry.nodes.length === 0 || entry.nodes.some(node => touched.includes(node))),
  )
  if (open) return open.why
  const unread = report.coverage.notRead.find(({ node }) => touched.includes(node))
  if (unread && subject.kind === 'Node') return unread.why
  const { nodes } = snapshot.cluster
  const isNodeKnown = subject.kind !== 'Node' || snapshot.nodes.some(({ name }) => name === subject.name)
  return isNodeKnown || isOk(nodes) ? null : 'the node is not known there'
}

const rootsOf = ({ rootCauses }: Report): ReadonlySet<string> => new Set(rootCauses.map(({ id }) => id))

/** Findings by a key that is stable between runs: a recreated pod is identified by its owner. */
function byKey({ report, snapshot }: Judged): ReadonlyMap<string, Finding> {
  const pods = snapshot.cluster.pods
  const owners = new Map(isOk(pods) ? pods.value.map(pod => [podKey(pod), ownerOf(pod)]) : [])
  return new Map(
    report.findings.map(finding => {
      const { kind, namespace, name } = finding.subject
      const owner = kind === 'Pod' && namespace !== undefined ? owners.get(podKey({ namespace, name })) : undefined
      return [owner ? finding.id.replace(name, owner) : finding.id, finding]
    }),
  )
}

interface Owned {
  readonly owner: { readonly kind: string; readonly name: string } | null
  readonly labels: Readonly<Record<string, string>>
}

/** The owner, without the template hash for pods of a Deployment. */
function ownerOf({ owner, labels }: Owned): string | null {
  if (owner === null || owner.kind === 'StatefulSet' || owner.kind === 'Node') return null
  const hash = labels['pod-template-hash']
  return hash !== undefined && owner.name.endsWith(`-${hash}`) ? owner.name.slice(0, -hash.length - 1) : owner.name
}

interface Weighed {
  readonly finding: Finding
  readonly isRootCause: boolean
}

const byWeight = (one: Weighed, other: Weighed): number =>
  Number(other.isRootCause) - Number(one.isRootCause) ||
  severities.indexOf(one.finding.severity) - severities.indexOf(other.finding.severity) ||
  other.finding.explains.length - one.finding.explains.length ||
  (one.finding.id < other.finding.id ? -1 : 1)
