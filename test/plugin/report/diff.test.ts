import { expect, test } from 'vitest'
import type { Difference } from '../../../plugin/model/diff/difference.ts'
import { renderDiff } from '../../../plugin/report/diff.ts'
import { plain } from '../../../plugin/report/paint.ts'
import { finding } from '../../support/report-objects.ts'

const side = { name: 'a.tar.gz', takenAt: '2026-01-01T00:00:00Z', version: 'v1.36.0', nodes: 3, read: 3 }
const none: Difference = {
  schema: 1,
  a: side,
  b: { ...side, name: 'b.tar.gz' },
  nodes: { new: [], gone: [] },
  findings: { new: [], gone: [], changed: [], same: [], unknown: [] },
  changes: [],
  notComparable: [],
  readByNeither: 0,
}
const render = (change: Partial<Difference>, wide = false) =>
  renderDiff({ ...none, ...change }, { paint: plain, width: 120, wide })
const fresh = (code: string, more: object = {}) => ({
  finding: finding(code),
  isRootCause: true,
  before: 'absent' as const,
  ...more,
})

test('no difference is said only where everything could be compared', () => {
  expect(render({})).toMatch(/^no difference\nA .*a\.tar\.gz\nB .*b\.tar\.gz\n$/)
  const gap = { what: 'sysctls', nodes: ['n1'], side: 'b' as const, why: 'not allowed' }
  expect(render({ notComparable: [gap] })).toMatch(
    /^no difference in what both know · 1 not comparable[\s\S]*sysctls of n1 not comparable, because not known in B: not allowed/,
  )
})

test('new causes stand first and count what they explain; then what is gone, then what changed', () => {
  const symptom = finding('POD001')
  const text = render({
    findings: {
      ...none.findings,
      new: [
        fresh('CNI003', { finding: finding('CNI003', { explains: [symptom.id] }) }),
        fresh('POD001', { finding: symptom, isRootCause: false }),
      ],
      gone: [{ finding: finding('SYS001'), isRootCause: true }],
    },
    changes: [{ topic: 'links', fact: 'MTU of eth0', before: '1500', after: '1400', nodes: ['n1', 'n2', 'n3'] }],
  })
  expect(text).toMatch(/^1 new root cause · 1 further new finding · 1 gone · 1 change\n/)
  expect(text).toMatch(
    /new {6}E CNI003 .*\(explains 1 more\)\n\ngone {5}E SYS001 .*\n\nall 3 nodes {2}MTU of eth0 {2}1500 → 1400\n/,
  )
  expect(text).not.toContain('POD001')
})

test('a very different cluster still is one screen, and wide has everything', () => {
  const changes = Array.from({ length: 50 }, (_, i) => ({
    topic: 'sysctls',
    fact: `key${i}`,
    before: '0',
    after: '1'.repeat(300),
    nodes: ['n1'],
  }))
  const findings = Array.from({ length: 50 }, (_, i) => fresh(`AAA${100 + i}`))
  const gone = findings.map(({ finding }) => ({ finding, isRootCause: true }))
  const notComparable = changes.map(({ fact }) => ({ what: fact, nodes: ['n1'], side: 'a' as const, why: fact }))
  const data = { changes, notComparable, findings: { ...none.findings, new: findings, gone } }
  const lines = render(data).trimEnd().split('\n')
  expect(lines.length).toBeLessThanOrEqual(32)
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(120)
  expect(render(data, true).split('\n').length).toBeGreaterThan(200)
})

test('text of a cluster is made harmless', () => {
  const change = { topic: 'links', fact: 'a\u001b[2J', before: '\u202e', after: 'x\ny', nodes: ['n\u0007'] }
  expect(render({ changes: [change] })).not.toMatch(/[\u001b\u202e\u0007]|x\ny/)
})
