import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Report } from '../../../plugin/engine/report.ts'
import { style, styleHash } from '../../../plugin/report/html/style.ts'
import { renderHtml } from '../../../plugin/report/html.ts'
import { apiNode } from '../../support/api-objects.ts'
import { sysctls } from '../../support/host-objects.ts'
import { finding, report, withCauses } from '../../support/report-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const empty = snapshot({})
const render = (data: Report) => renderHtml(data, empty)
const tagsOf = (html: string): readonly string[] => html.match(/<[a-z!/][^>]*>/gi) ?? []

/** A report in which every text that a cluster can choose is the given one. */
function filledWith(text: string): Report {
  const symptom = finding('POD001', { message: text, subject: { kind: 'Pod', name: text, namespace: text } })
  const cause = finding('CNI003', {
    message: text,
    subject: { kind: 'Cluster', name: 'cluster' },
    danger: text,
    evidence: [{ at: text, observed: text, expected: text }],
    remedies: [{ title: text, commands: [{ on: 'node', run: text }], risk: 'low', rollback: text }],
    verify: text,
    explains: [symptom.id],
  })
  return report({
    cluster: { version: text },
    takenAt: text,
    coverage: { nodes: 2, read: 1, notRead: [{ node: text, why: text }] },
    rootCauses: [cause],
    findings: [cause, symptom],
    checks: { run: 1, notApplicable: [text], notRun: [{ code: text, why: text, nodes: [text] }], crashed: [] },
  })
}

const hostile = fc.string({
  unit: fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '&',
    '/',
    '!',
    '-',
    'a',
    ' ',
    '=',
    '\n',
    '\u202e',
    '\u0000',
    '\u001b',
    '\ud800',
    '<script>',
    '</style>',
    '-->',
    '&lt;',
    'javascript:',
  ),
  maxLength: 60,
})

test('a root cause stands first, with what it explains, its evidence, its fix and its verification', () => {
  const symptom = finding('POD001', { message: '14 pods wait' })
  const cause = finding('CNI003', { message: 'no portmap', explains: [symptom.id] })
  const html = render(report({ rootCauses: [cause], findings: [symptom, cause] }))
  const order = ['no portmap', '14 pods wait', 'n1:/a', 'put it back', 'cp a b', 'rm b', 'kubectl netcheck nodes n1']
  const places = order.map(text => html.indexOf(text))
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(places[0]).toBeGreaterThan(0)
  expect(html).toMatch(/<a class="code" href="#f2">POD001<[\s\S]*<details class="error" id="f2">/)
})

test('a healthy page says so, and one that was not read in full does not', () => {
  expect(render(report())).toMatch(/<h1 class="good">nothing found<\/h1>[\s\S]*Everything that was asked for was read/)
  const partial = render(report({ coverage: { nodes: 2, read: 1, notRead: [{ node: 'n2', why: 'evicted' }] } }))
  expect(partial).toMatch(/<h1 class="warning">nothing found in what was read[\s\S]*n2[\s\S]*evicted/)
})

test('nodes have a table, and what differs on one of them is named', () => {
  const names = ['n1', 'n2', 'n3']
  const scene = snapshot({
    cluster: { nodes: names.map(name => apiNode({ name })) },
    nodes: Object.fromEntries(
      names.map(name => [name, { sysctls: sysctls({ 'net/ipv4/ip_forward': name === 'n2' ? '0' : '1' }) }]),
    ),
  })
  expect(renderHtml(report(), scene)).toMatch(/Odd one out[\s\S]*<td[^>]*>n2<[\s\S]*ip_forward<[\s\S]*1 \(2 of 3\)/)
})

test('whatever a cluster says, the page has the tags of a harmless one, and no character that a reader cannot see', () => {
  const tags = tagsOf(render(filledWith('x')))
  fc.assert(
    fc.property(hostile, text => {
      const html = render(filledWith(`x${text}`))
      expect(tagsOf(html)).toEqual(tags)
      const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u
      expect(unseen.test(html)).toBe(false)
    }),
  )
})

test('the page asks nobody for anything: its policy allows its own stylesheet alone', () => {
  const html = render(filledWith('https://example.com/x.png'))
  expect(html).toContain(`content="default-src 'none'; style-src '${styleHash}';`)
  expect(styleHash).toBe(`sha256-${createHash('sha256').update(style).digest('base64')}`)
  expect(html).toContain(`<style>${style}</style>`)
  expect(style).not.toMatch(/url\(|@import|https?:/)
  expect(
    tagsOf(html).filter(tag => /\b(?:src|action|data|poster|srcset|on[a-z]+)=|href="(?!#f\d+")/i.test(tag)),
  ).toEqual([])
})

test('the same report gives the same bytes', () => {
  expect(render(filledWith('y'))).toBe(render(filledWith('y')))
})

test('a page stays small enough to open, whatever it is made of', () => {
  const text = '<'.repeat(5000)
  const evidence = Array.from({ length: 50 }, () => ({ at: text, observed: text, expected: text }))
  const causes = Array.from({ length: 1500 }, (_, i) =>
    finding('AAA001', { id: `AAA001/${i}`, message: text, evidence }),
  )
  const html = render(withCauses(...causes))
  expect(html.length).toBeLessThan(20_000_000)
  expect(html).toContain('1400 more findings')
})
