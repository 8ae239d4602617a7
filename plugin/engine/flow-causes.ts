import type { Finding, Subject } from '../../shared/finding.ts'
import type { Report } from './report.ts'
import type { Snapshot } from './snapshot.ts'
import { touchingIn } from './touching.ts'

/** Root causes that can affect a connection with these ends and places, heaviest first. */
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

/** A fault of another pod or service affects only itself, unless it belongs to the system. */
const isWide = ({ kind, namespace }: Subject): boolean =>
  kind === 'Node' || kind === 'Cluster' || namespace === 'kube-system'

const isSame = (a: Subject, b: Subject): boolean =>
  a.kind === b.kind && a.name === b.name && (a.namespace ?? '') === (b.namespace ?? '')
