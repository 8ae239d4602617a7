import type { Finding, Subject } from '../../shared/finding.ts'
import type { Answer } from './answers.ts'
import type { AnyCheck, Draft } from './check.ts'
import type { Candidate } from './group.ts'
import { verifyCommand } from './verify.ts'

/** Findings of one answer, with the symptom codes that its check explains. */
export function toCandidates({ check, node, outcome }: Answer): readonly Candidate[] {
  if (outcome.kind !== 'found') return []
  return outcome.drafts.map(draft => ({ finding: toFinding(check, node, draft), symptoms: check.explains }))
}

function toFinding(check: AnyCheck, node: string | null, draft: Draft): Finding {
  const subject: Subject =
    draft.subject ?? (node === null ? { kind: 'Cluster', name: 'cluster' } : { kind: 'Node', name: node })
  const place = [subject.kind.toLowerCase(), subject.namespace, subject.name].filter(Boolean).join('/')
  const id = [check.code, place, draft.key].filter(Boolean).join('/')
  return {
    id,
    code: check.code,
    severity: draft.severity ?? check.severity,
    confidence: draft.confidence ?? 'certain',
    subject,
    message: draft.message,
    evidence: [...draft.evidence],
    danger: draft.danger,
    remedies: [...draft.remedies],
    verify: draft.verify ?? verifyCommand(id),
    explains: [],
  }
}
