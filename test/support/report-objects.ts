import type { Report } from '../../plugin/engine/report.ts'
import type { Finding } from '../../shared/finding.ts'

/** An error of node n1 with one of everything. */
export const finding = (code: string, more: Partial<Finding> = {}): Finding => ({
  id: `${code}/node/n1`,
  code,
  severity: 'error',
  confidence: 'certain',
  subject: { kind: 'Node', name: 'n1' },
  message: `state of ${code}`,
  evidence: [{ at: 'n1:/a', observed: 'x', expected: 'y' }],
  danger: 'pods do not start',
  remedies: [{ title: 'put it back', commands: [{ on: 'node', run: 'cp a b' }], risk: 'low', rollback: 'rm b' }],
  verify: 'kubectl netcheck nodes n1',
  explains: [],
  ...more,
})

/** A complete run that found nothing. */
export const report = (more: Partial<Report> = {}): Report => ({
  schema: 1,
  cluster: { version: 'v1.36.0' },
  takenAt: '2026-01-01T00:00:00Z',
  coverage: { nodes: 3, read: 3, notRead: [] },
  rootCauses: [],
  findings: [],
  checks: { run: 15, notApplicable: [], notRun: [], crashed: [] },
  ...more,
})

export const withCauses = (...causes: Finding[]): Report => report({ rootCauses: causes, findings: causes })
