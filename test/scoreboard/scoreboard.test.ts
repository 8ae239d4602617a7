import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { reportSchema } from '../../plugin/engine/report.ts'
import type { Finding } from '../../shared/finding.ts'
import { isBelow, renderBoard } from './board.ts'
import floor from './floor.json' with { type: 'json' }
import { scoreFolders } from './run.ts'
import { type Score, scoreOf } from './score.ts'

const finding = (code: string, severity: Finding['severity'] = 'error'): Finding => ({
  id: `${code}/node/n1`,
  code,
  severity,
  confidence: 'certain',
  subject: { kind: 'Node', name: 'n1' },
  message: code,
  evidence: [],
  danger: '',
  remedies: [],
  verify: '',
  explains: [],
})

const report = (findings: Finding[], rootCauses = findings) =>
  reportSchema.parse({
    schema: 1,
    cluster: { version: null },
    takenAt: '2026-01-01T00:00:00Z',
    rootCauses,
    findings,
    coverage: { nodes: 1, read: 1, notRead: [] },
    checks: { run: 1, notApplicable: [], notRun: [], crashed: [] },
  })

const score = (expected: Parameters<typeof scoreOf>[1], ...findings: Finding[]): Score =>
  scoreOf('b', expected, report(findings))

test('the labelled bundles of this repository reach the floor, each with its root cause first', async () => {
  const folders = ['../bundles', '../bundles/incidents'].map(path => fileURLToPath(new URL(path, import.meta.url)))
  const scores = await scoreFolders(folders)
  expect(scores.length).toBeGreaterThan(50)
  expect(isBelow(scores, floor), renderBoard(scores)).toBe(false)
  expect(isBelow(scores, { first: 100, falseAlarms: 0 }), renderBoard(scores)).toBe(false)
}, 120_000)

test('any of the expected causes may stand first, and only first counts as first', () => {
  const expected = { root: ['AAA001', 'BBB001'] }
  const board = renderBoard([
    score(expected, finding('BBB001')),
    score({ root: ['AAA001'], mayAlso: ['CCC001'] }, finding('CCC001'), finding('AAA001')),
  ])
  expect(board.trimEnd().split('\n').at(-1)).toBe(
    'root cause first 50.0 % (1/2) · among the roots 100.0 % · missed 0 · false alarms 0',
  )
  expect(board).toContain('not first  b: expected AAA001, got CCC001 AAA001')
})

test('an unexpected error and anything forbidden are false alarms, a warning is none', () => {
  expect(score({ root: [] }, finding('AAA001')).falseAlarms).toEqual(['AAA001'])
  expect(score({ root: [] }, finding('AAA001', 'warning')).falseAlarms).toEqual([])
  expect(score({ root: [], mustNot: ['AAA001'] }, finding('AAA001', 'info')).falseAlarms).toEqual(['AAA001'])
  expect(score({ root: ['AAA001'], mayAlso: ['BBB001'] }, finding('BBB001')).falseAlarms).toEqual([])
})

test('too few causes, too many false alarms or a crash are below the floor', () => {
  const missed = score({ root: ['AAA001'] })
  const hit = score({ root: ['AAA001'] }, finding('AAA001'))
  const alarmed = score({ root: [] }, finding('AAA001'))
  expect(isBelow([missed, hit], { first: 50, falseAlarms: 0 })).toBe(false)
  expect(isBelow([missed, hit], { first: 51, falseAlarms: 0 })).toBe(true)
  expect(isBelow([hit, alarmed], { first: 50, falseAlarms: 0 })).toBe(true)
  expect(isBelow([{ ...hit, crashed: ['AAA001'] }], { first: 50, falseAlarms: 0 })).toBe(true)
})
