import { NetcheckError } from '../../shared/errors.ts'
import type { Finding } from '../../shared/finding.ts'
import { quote } from '../model/command.ts'
import type { AnyCheck } from './check.ts'
import type { Report } from './report.ts'

/** A parsed finding id such as `CNI003/node/node2/portmap`. */
export interface FindingId {
  readonly id: string
  readonly check: AnyCheck
  /** Node that the finding is about; null for pods, services and the cluster. */
  readonly node: string | null
}

/** Whether a finding is still there, or why that is unknown. */
export type Verification =
  | { readonly state: 'there'; readonly finding: Finding }
  | { readonly state: 'gone'; readonly why: string }
  | { readonly state: 'unknown'; readonly why: string }

/** Parses an id from a report. Throws NetcheckError `USAGE`. */
export function parseFindingId(id: string, checks: readonly AnyCheck[]): FindingId {
  const [code = '', kind, name = ''] = id.split('/')
  const check = checks.find(known => known.code === code.toUpperCase())
  if (!check) {
    throw new NetcheckError('USAGE', `${id} is no id of a finding: no check has the code ${code || '""'}`, {
      hint: 'ids are in the JSON of a report and in its `verify` lines, such as CNI003/node/node2',
    })
  }
  if (!name || !['node', 'pod', 'service', 'cluster'].includes(kind ?? '')) {
    throw new NetcheckError('USAGE', `${id} names no subject`, { hint: `write it as ${check.code}/node/<name>` })
  }
  return { id: [check.code, ...id.split('/').slice(1)].join('/'), check, node: kind === 'node' ? name : null }
}

/** Looks for a finding in a new report of its check. Unread inputs never count as its absence. */
export function verificationOf({ id, check, node }: FindingId, { findings, checks }: Report): Verification {
  const finding = findings.find(known => known.id === id)
  if (finding) return { state: 'there', finding }
  const open = [...checks.notRun, ...checks.crashed].find(
    ({ code, nodes }) => code === check.code && (node === null || nodes.length === 0 || nodes.includes(node)),
  )
  if (open) return { state: 'unknown', why: open.why }
  const isForeign = checks.notApplicable.includes(check.code)
  return { state: 'gone', why: isForeign ? 'the check does not apply here any more' : 'its check passed' }
}

/** The command that verifies a finding. */
export const verifyCommand = (id: string): string => `kubectl netcheck verify ${quote(id)}`
