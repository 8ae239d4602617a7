import type { Finding, Subject } from '../../shared/finding.ts'
import type { Report } from './report.ts'
import type { Snapshot } from './snapshot.ts'
import { touchingIn } from './touching.ts'

/** Root causes that can be felt by a connection with these ends and places, the weightiest first. */
export function causesTouching(
  { rootCauses, findings }: Report,
  snapshot: Snapshot,
  subjects: readonly Subject[],
): readonly Finding[] {
  const touches = touchingIn(snapshot)
  const felt = new Set(findings.filter(({ subject }) => subjects.some(own => isSame(own, subject))).map(({ id }) => id))
  return rootCauses.filter(
    ({ id, subject, explains }) =>
      felt.has(id) ||
      explains.some(symptom => felt.has(symptom)) ||
      (isWide(subject) && subjects.some(own => touches(subject, own))),
  )
}

/** What is wrong with another pod or service is felt by itself alone, unless it belongs to the system. */
const isWide = ({ kind, namespace }: Subject): boolean =>
  kind === 'Node' || kind === 'Cluster' || namespace === 'kube-system'

const isSame = (a: Subject, b: Subject): boolean =>
  a.kind === b.kind && a.name === b.name && (a.namespace ?? '') === (b.namespace ?? '')
