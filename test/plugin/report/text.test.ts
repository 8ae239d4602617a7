import { expect, test } from 'vitest'
import type { Report } from '../../../plugin/engine/report.ts'
import { plain } from '../../../plugin/report/paint.ts'
import { renderText } from '../../../plugin/report/text.ts'
import { finding, report, withCauses } from '../../support/report-objects.ts'

const render = (data: Report, more: { wide?: boolean; width?: number } = {}) =>
  renderText(data, { paint: plain, width: more.width ?? 120, wide: more.wide ?? false, seconds: null })

test('a healthy cluster is one line', () => {
  expect(render(report())).toBe('nothing found · 3 of 3 nodes read · 15 checks run\n')
})

test('what was not looked at is said, and the verdict does not sound healthy', () => {
  const text = render(
    report({
      coverage: { nodes: 3, read: 2, notRead: [{ node: 'n3', why: 'evicted' }] },
      checks: {
        run: 14,
        notApplicable: [],
        notRun: [{ code: 'CTK001', why: 'unread', nodes: ['n1', 'n2'] }],
        crashed: [],
      },
    }),
  )
  expect(text).toMatch(/^nothing found in what was read/)
  expect(text).toContain('n3 was not looked at: evicted')
  expect(text).toContain('CTK001 not run on n1, n2: unread')
})

test('a root cause comes with what it explains, evidence, fix and verification', () => {
  const symptom = finding('POD001', { message: '14 pods wait' })
  const cause = finding('CNI003', { explains: [symptom.id] })
  const text = render(report({ rootCauses: [cause], findings: [cause, symptom] }))
  for (const part of [
    '1 root cause',
    'E CNI003 n1',
    '14 pods wait (POD001)',
    'n1:/a: x (expected y)',
    'node$ cp a b',
    'risk: low',
    'undo',
    'verify',
  ])
    expect(text).toContain(part)
})

test('the first screen of a very broken cluster has at most 20 lines and counts the rest', () => {
  const causes = Array.from({ length: 30 }, (_, i) => finding(`AAA0${i}`))
  const text = render(withCauses(...causes))
  expect(text.split('\n').length).toBeLessThanOrEqual(21)
  expect(text).toMatch(/E AAA01 .*\n[\s\S]* more findings: see -o wide\n$/)
})

test('checks that were not run for the same reason share a line', () => {
  const notRun = ['CNI001', 'CNI002'].map(code => ({ code, why: 'unread', nodes: ['n1'] }))
  const text = render(report({ checks: { run: 1, notApplicable: [], notRun, crashed: [] } }))
  expect(text).toContain('- CNI001 CNI002 not run on n1: unread')
})

test('many checks that were not run for one reason are counted, and named in wide', () => {
  const codes = Array.from({ length: 9 }, (_, i) => `CNI00${i}`)
  const notRun = codes.map(code => ({ code, why: 'no agent', nodes: [] }))
  const data = report({ checks: { run: 1, notApplicable: [], notRun, crashed: [] } })
  expect(render(data)).toContain('- 9 checks not run: no agent')
  expect(render(data, { wide: true })).toContain('CNI008 not run: no agent')
})

test('one missing file of every node is one line', () => {
  const notRun = ['n1', 'n2'].map(node => ({ code: 'FWL001', why: `no nodes/${node}/rules.json`, nodes: [node] }))
  const text = render(report({ checks: { run: 1, notApplicable: [], notRun, crashed: [] } }))
  expect(text).toContain('- FWL001 not run on n1, n2: no nodes/<node>/rules.json\n')
})

test('long evidence is shortened on the first screen, and whole in wide', () => {
  const observed = `${'x'.repeat(400)} end`
  const expected = `${'y'.repeat(200)} wanted`
  const data = withCauses(finding('CNI003', { evidence: [{ at: 'n1', observed, expected }] }))
  const short = render(data, { width: Number.POSITIVE_INFINITY }).split('\n')
  expect(Math.max(...short.map(line => line.length))).toBeLessThanOrEqual(300)
  expect(render(data, { wide: true })).toContain(`${observed} (expected ${expected})`)
})

test('nodes that were not read for one reason share a line', () => {
  const notRead = ['n1', 'n2', 'n3', 'n4'].map(node => ({ node, why: 'evicted' }))
  const text = render(report({ coverage: { nodes: 4, read: 0, notRead } }))
  expect(text).toContain('? 4 nodes were not looked at: evicted')
})

test('wide shows every finding', () => {
  const causes = Array.from({ length: 30 }, (_, i) => finding(`AAA0${i}`))
  const text = render(withCauses(...causes), { wide: true })
  for (const { code } of causes) expect(text).toContain(code)
})

test('control characters from a cluster do not reach the terminal', () => {
  const text = render(
    withCauses(
      finding('CNI003', { message: 'a\u001b[2Jb\u202ec', evidence: [{ at: 'n\u0007', observed: '\u009bx' }] }),
    ),
  )
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
})

test('lines of the first screen fit the terminal, commands are never cut', () => {
  const run = `cp ${'a'.repeat(300)} b`
  const cause = finding('CNI003', {
    evidence: [{ at: 'n1', observed: 'x'.repeat(300) }],
    remedies: [{ title: 't', commands: [{ on: 'node', run }], risk: 'none' }],
  })
  const lines = render(withCauses(cause), { width: 80 }).split('\n')
  expect(lines.find(line => line.includes('evidence'))?.length).toBeLessThanOrEqual(80)
  expect(lines.some(line => line.includes(run))).toBe(true)
})

test('a fix is whole on a narrow terminal too', () => {
  const title = 'copy it from a healthy node of the same architecture, or install the package that brings it again'
  const cause = finding('CNI003', { remedies: [{ title, commands: [], risk: 'low' }] })
  const text = render(withCauses(cause), { width: 50 })
  expect(text.replace(/\s+/g, ' ')).toContain(`fix ${title} (risk: low)`)
  expect(
    Math.max(...text.split('\n').flatMap(line => (/^ {2}(fix| {3})/.test(line) ? [line.length] : []))),
  ).toBeLessThan(51)
})
