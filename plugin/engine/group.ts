import { type Finding, type Severity, severities } from '../../shared/finding.ts'
import { type Touching, touchingByName } from './touching.ts'

/** A finding before it knows what it explains, with the codes of the symptoms that its check names. */
export interface Candidate {
  readonly finding: Finding
  readonly symptoms: readonly string[]
}

interface Catalogue {
  readonly touches: Touching
  /** Codes that some check names as its symptom, whether it found anything or not. */
  readonly symptomCodes: ReadonlySet<string>
}

/**
 * Draws an edge from a cause to each symptom whose subject touches it, through any number of steps, and tells the
 * findings without a cause apart. A cause is as severe as the worst that it explains; infos explain nothing and are never
 * a root cause. The order is that of `heavierFirst` and does not depend on the order of the candidates.
 */
export function groupFindings(
  candidates: readonly Candidate[],
  { touches, symptomCodes }: Catalogue = { touches: touchingByName, symptomCodes: new Set() },
): { readonly findings: Finding[]; readonly rootCauses: Finding[] } {
  const byId = new Map(candidates.map(candidate => [candidate.finding.id, candidate]))
  const byCode = groupByCode([...byId.values()])
  const direct = new Map([...byId].map(([id, cause]) => [id, symptomsOf(cause, { byCode, touches })]))
  const findings = [...byId.values()]
    .map(({ finding }) => ({ ...finding, explains: reachable(finding.id, direct) }))
    .sort(heavierFirst(byId, symptomCodes))
    .map(finding => ({ ...finding, severity: worst([finding.id, ...finding.explains], byId) }))
  const explained = new Set([...direct.values()].flat())
  return {
    findings,
    rootCauses: findings.filter(({ id, severity }) => severity !== 'info' && !explained.has(id)),
  }
}

function groupByCode(candidates: readonly Candidate[]): ReadonlyMap<string, readonly Candidate[]> {
  const groups = new Map<string, Candidate[]>()
  for (const candidate of candidates) {
    const group = groups.get(candidate.finding.code)
    if (group) group.push(candidate)
    else groups.set(candidate.finding.code, [candidate])
  }
  return groups
}

const worst = (ids: readonly string[], all: ReadonlyMap<string, Candidate>): Severity =>
  severities.find(severity => ids.some(id => all.get(id)?.finding.severity === severity)) ?? 'info'

function symptomsOf(
  { finding, symptoms }: Candidate,
  { byCode, touches }: { byCode: ReadonlyMap<string, readonly Candidate[]>; touches: Touching },
): readonly string[] {
  if (finding.severity === 'info') return []
  return symptoms
    .flatMap(code => byCode.get(code) ?? [])
    .filter(({ finding: other }) => other.id !== finding.id && touches(finding.subject, other.subject))
    .map(({ finding: other }) => other.id)
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

/**
 * The worst of what a finding is and explains; how many errors it explains; how much it explains but infos; its own
 * severity; what many feel before what one service or pod does; causes before states that are usually a symptom; certain
 * before likely; then the id.
 */
function heavierFirst(
  all: ReadonlyMap<string, Candidate>,
  symptomCodes: ReadonlySet<string>,
): (a: Finding, b: Finding) => number {
  const rank = (id: string) => severities.indexOf(all.get(id)?.finding.severity ?? 'info')
  const weights = (finding: Finding): readonly number[] => {
    const explained = finding.explains.map(rank)
    return [
      Math.min(rank(finding.id), ...explained),
      -explained.filter(severity => severity === 0).length,
      -explained.filter(severity => severity < 2).length,
      rank(finding.id),
      isWide(finding) ? 0 : 1,
      symptomCodes.has(finding.code) ? 1 : 0,
      finding.confidence === 'certain' ? 0 : 1,
    ]
  }
  const known = new Map<Finding, readonly number[]>()
  const weightsOf = (finding: Finding) => {
    const weight = known.get(finding) ?? weights(finding)
    known.set(finding, weight)
    return weight
  }
  return (a, b) => {
    const [left, right] = [weightsOf(a), weightsOf(b)]
    const differing = left.findIndex((weight, i) => weight !== right[i])
    return differing < 0 ? (a.id < b.id ? -1 : 1) : (left[differing] ?? 0) - (right[differing] ?? 0)
  }
}

/** A node, the cluster, and what belongs to the system: its pods and services are used by all. */
const isWide = ({ subject: { kind, namespace = '' } }: Finding): boolean =>
  (kind !== 'Service' && kind !== 'Pod') || /^(?:kube-system|openshift-.*)$/.test(namespace)
