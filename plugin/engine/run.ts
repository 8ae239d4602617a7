import { valueOr } from '../../shared/reading.ts'
import { type Answer, answersOf } from './answers.ts'
import { toCandidates } from './candidates.ts'
import { canonical } from './canonical.ts'
import type { AnyCheck, Undecided } from './check.ts'
import { type Candidate, groupFindings } from './group.ts'
import type { NotRun, Report } from './report.ts'
import type { Snapshot } from './snapshot.ts'
import { touchingIn } from './touching.ts'

/**
 * Judges a snapshot with the given checks. Pure; a check that throws is reported and does not affect the others. With
 * `focus`, findings about other nodes are left out.
 */
export function runChecks(given: Snapshot, checks: readonly AnyCheck[], focus?: ReadonlySet<string>): Report {
  const snapshot = canonical(given)
  const answers = checks.flatMap(check => answersOf(snapshot, check))
  const isWanted = ({ finding: { subject } }: Candidate) =>
    subject.kind !== 'Node' || (focus?.has(subject.name) ?? true)
  const { findings, rootCauses } = groupFindings(answers.flatMap(toCandidates).filter(isWanted), {
    touches: touchingIn(snapshot),
    symptomCodes: new Set(checks.flatMap(({ explains }) => explains)),
  })
  const notRead = snapshot.nodes.flatMap(node => (node.status === 'read' ? [] : [{ node: node.name, why: node.why }]))
  const decided = answers.filter(({ outcome }) => outcome.kind === 'passed' || outcome.kind === 'found')
  const codes = new Set(decided.map(({ check }) => check.code))
  const open = new Set(
    answers.filter(({ outcome }) => outcome.kind !== 'not-applicable').map(({ check }) => check.code),
  )
  return {
    schema: 1,
    cluster: { version: valueOr(snapshot.version, null) },
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

/** Merges answers into one entry per check and reason, with its nodes. */
function merge(answers: readonly Answer[], kind: 'not-run' | 'crashed'): NotRun[] {
  const merged = new Map<string, { code: string; why: string; nodes: string[] }>()
  for (const answer of answers) {
    for (const { why, nodes } of openIn(answer, kind)) {
      const { code } = answer.check
      const entry = merged.get(`${code}\n${why}`) ?? { code, why, nodes: [] }
      entry.nodes.push(...nodes)
      merged.set(`${code}\n${why}`, entry)
    }
  }
  return [...merged.values()]
}

function openIn({ node, outcome }: Answer, kind: 'not-run' | 'crashed'): readonly Undecided[] {
  if (outcome.kind === kind) return [{ why: outcome.why, nodes: node === null ? [] : [node] }]
  return kind === 'not-run' && outcome.kind === 'found' ? (outcome.undecided ?? []) : []
}
