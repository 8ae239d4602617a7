import { type Finding, type Subject, severities } from '../../shared/finding.ts'

/** A finding before it knows what it explains, with the codes of the symptoms that its check names. */
export interface Candidate {
  readonly finding: Finding
  readonly symptoms: readonly string[]
}

/**
 * Draws an edge from a cause to each symptom whose subject touches it, through any number of steps, and tells the
 * findings without a cause apart. Infos are never a root cause. Order: severity of the worst thing explained, then how
 * much is explained, then id, so that the same snapshot gives the same bytes.
 */
export function groupFindings(candidates: readonly Candidate[]): {
  readonly findings: Finding[]
  readonly rootCauses: Finding[]
} {
  const byId = new Map(candidates.map(candidate => [candidate.finding.id, candidate]))
  const direct = new Map(candidates.map(cause => [cause.finding.id, symptomsOf(cause, candidates)]))
  const findings = [...byId.values()]
    .map(({ finding }) => ({ ...finding, explains: reachable(finding.id, direct) }))
    .sort(heavierFirst(byId))
  const explained = new Set([...direct.values()].flat())
  return {
    findings,
    rootCauses: findings.filter(({ id, severity }) => severity !== 'info' && !explained.has(id)),
  }
}

const symptomsOf = (cause: Candidate, all: readonly Candidate[]): readonly string[] =>
  all
    .filter(({ finding }) => finding.id !== cause.finding.id)
    .filter(({ finding }) => cause.symptoms.includes(finding.code) && touches(cause.finding.subject, finding.subject))
    .map(({ finding }) => finding.id)

/** Two subjects touch when they share a node; the cluster, and what is bound to no node, touches everything. */
function touches(a: Subject, b: Subject): boolean {
  const [left, right] = [nodesOf(a), nodesOf(b)]
  return left === null || right === null || left.some(node => right.includes(node))
}

function nodesOf(subject: Subject): readonly string[] | null {
  if (subject.kind === 'Node') return [subject.name]
  return subject.kind === 'Cluster' ? null : (subject.nodes ?? null)
}

function reachable(start: string, direct: ReadonlyMap<string, readonly string[]>): string[] {
  const seen = new Set<string>()
  const queue = [start]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const next of direct.get(id) ?? []) {
      if (next !== start && !seen.has(next)) queue.push(next)
      seen.add(next)
    }
  }
  seen.delete(start)
  return [...seen].sort()
}

function heavierFirst(all: ReadonlyMap<string, Candidate>): (a: Finding, b: Finding) => number {
  const severityOf = (id: string) => severities.indexOf(all.get(id)?.finding.severity ?? 'info')
  const worst = (finding: Finding) => Math.min(...[finding.id, ...finding.explains].map(severityOf))
  return (a, b) => worst(a) - worst(b) || b.explains.length - a.explains.length || (a.id < b.id ? -1 : 1)
}
