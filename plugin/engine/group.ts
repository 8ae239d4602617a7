import { type Finding, type Severity, severities } from '../../shared/finding.ts'
import { compareText } from '../../shared/text.ts'
import { type Touching, touchingByName } from './touching.ts'

/** A finding before grouping, with the symptom codes that its check explains. */
export interface Candidate {
  readonly finding: Finding
  readonly symptoms: readonly string[]
}

interface Catalogue {
  readonly touches: Touching
  /** Codes that any check explains, whether it found something or not. */
  readonly symptomCodes: ReadonlySet<string>
}

/**
 * Links each cause, directly and transitively, to the symptoms whose subjects it touches, and separates the findings
 * without a cause. A cause is ranked by the worst severity that it explains. Infos explain nothing and are never root
 * causes. The order is that of `heavierFirst` and independent of the input order.
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
 * Compares, in this order: worst severity of the finding and what it explains; errors explained; other findings
 * explained except infos; own severity; wide subjects before single objects; causes before codes that are usually
 * symptoms; certain before likely; id.
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
    return differing < 0 ? compareText(a.id, b.id) : (left[differing] ?? 0) - (right[differing] ?? 0)
  }
}

/** Whether the subject affects many: a node, the cluster, or a system pod or service. */
const isWide = ({ subject: { kind, namespace = '' } }: Finding): boolean =>
  (kind !== 'Service' && kind !== 'Pod') || /^(?:kube-system|openshift-.*)$/.test(namespace)
