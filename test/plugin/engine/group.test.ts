import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Candidate, groupFindings } from '../../../plugin/engine/group.ts'
import type { Finding, Severity, Subject } from '../../../shared/finding.ts'

const node = (name: string): Subject => ({ kind: 'Node', name })
const cluster: Subject = { kind: 'Cluster', name: 'cluster' }

function candidate(
  code: string,
  subject: Subject,
  options: { symptoms?: string[]; severity?: Severity } = {},
): Candidate {
  const finding: Finding = {
    id: `${code}/${subject.name}`,
    code,
    severity: options.severity ?? 'error',
    confidence: 'certain',
    subject,
    message: code,
    evidence: [],
    danger: '',
    remedies: [],
    verify: '',
    explains: [],
  }
  return { finding, symptoms: options.symptoms ?? [] }
}

const ids = (findings: readonly Finding[]) => findings.map(({ id }) => id)

test('a cause explains its symptom on the same node and not on another one', () => {
  const { findings, rootCauses } = groupFindings([
    candidate('AAA001', node('n1'), { symptoms: ['BBB001'] }),
    candidate('BBB001', node('n1')),
    candidate('BBB001', node('n2')),
  ])
  expect(findings.find(({ id }) => id === 'AAA001/n1')?.explains).toEqual(['BBB001/n1'])
  expect(ids(rootCauses)).toEqual(['AAA001/n1', 'BBB001/n2'])
})

test('a cause is as severe as the worst that it explains', () => {
  const { rootCauses, findings } = groupFindings([
    candidate('AAA001', node('n1'), { symptoms: ['BBB001'], severity: 'warning' }),
    candidate('BBB001', node('n1'), { symptoms: ['CCC001'], severity: 'info' }),
    candidate('BBB001', node('n2'), { severity: 'error' }),
    candidate('AAA001', node('n2'), { symptoms: ['BBB001'], severity: 'warning' }),
  ])
  expect(rootCauses.map(({ id, severity }) => [id, severity])).toEqual([
    ['AAA001/n2', 'error'],
    ['AAA001/n1', 'warning'],
  ])
  expect(findings.find(({ id }) => id === 'BBB001/n1')?.severity).toBe('info')
})

test('what a whole node feels comes before what one service does', () => {
  const service: Subject = { kind: 'Service', namespace: 'shop', name: 'a' }
  const all = [candidate('AAA001', service), candidate('ZZZ001', node('n1'))]
  expect(ids(groupFindings(all).rootCauses)).toEqual(['ZZZ001/n1', 'AAA001/a'])
})

test('a mere note hides no error as its cause', () => {
  const { rootCauses } = groupFindings([
    candidate('AAA001', node('n1'), { symptoms: ['BBB001'], severity: 'info' }),
    candidate('BBB001', node('n1')),
  ])
  expect(ids(rootCauses)).toEqual(['BBB001/n1'])
})

test('the cluster touches every node', () => {
  const { rootCauses } = groupFindings([
    candidate('AAA001', cluster, { symptoms: ['BBB001'] }),
    candidate('BBB001', node('n1')),
    candidate('BBB001', node('n2')),
  ])
  expect(ids(rootCauses)).toEqual(['AAA001/cluster'])
})

test('a pod and a service touch the nodes that they name', () => {
  const { rootCauses } = groupFindings([
    candidate('AAA001', node('n1'), { symptoms: ['POD001', 'SVC001'] }),
    candidate('POD001', { kind: 'Pod', namespace: 'a', name: 'p', nodes: ['n1'] }),
    candidate('SVC001', { kind: 'Service', namespace: 'a', name: 's', nodes: ['n2'] }),
  ])
  expect(ids(rootCauses)).toEqual(['AAA001/n1', 'SVC001/s'])
})

test('a chain of causes is explained by its first link', () => {
  const { rootCauses } = groupFindings([
    candidate('CCC001', node('n1')),
    candidate('BBB001', node('n1'), { symptoms: ['CCC001'] }),
    candidate('AAA001', node('n1'), { symptoms: ['BBB001'], severity: 'warning' }),
  ])
  expect(ids(rootCauses)).toEqual(['AAA001/n1'])
  expect(rootCauses[0]?.explains).toEqual(['BBB001/n1', 'CCC001/n1'])
})

test('a warning that explains an error stands before another warning', () => {
  const { rootCauses } = groupFindings([
    candidate('AAA001', node('n1'), { severity: 'warning' }),
    candidate('BBB001', node('n1'), { severity: 'warning', symptoms: ['CCC001'] }),
    candidate('CCC001', node('n1')),
  ])
  expect(ids(rootCauses)).toEqual(['BBB001/n1', 'AAA001/n1'])
})

test('causes that explain the same stand before likely ones and before what is usually a symptom', () => {
  const likely = candidate('AAA001', node('n1'))
  const { rootCauses } = groupFindings(
    [
      { ...likely, finding: { ...likely.finding, confidence: 'likely' } },
      candidate('BBB001', node('n1')),
      candidate('AAB001', node('n1')),
    ],
    { touches: () => true, symptomCodes: new Set(['AAB001']) },
  )
  expect(ids(rootCauses)).toEqual(['BBB001/n1', 'AAA001/n1', 'AAB001/n1'])
})

test('who explains more errors stands first, however many notes another explains', () => {
  const { rootCauses } = groupFindings([
    candidate('AAA001', node('n1'), { symptoms: ['CCC001', 'DDD001'] }),
    candidate('BBB001', node('n1'), { symptoms: ['EEE001'] }),
    candidate('CCC001', node('n1'), { severity: 'info' }),
    candidate('DDD001', node('n1'), { severity: 'info' }),
    candidate('EEE001', node('n1')),
  ])
  expect(ids(rootCauses)).toEqual(['BBB001/n1', 'AAA001/n1'])
})

test('an info is listed and is never a root cause', () => {
  const { findings, rootCauses } = groupFindings([candidate('AAA001', node('n1'), { severity: 'info' })])
  expect(findings).toHaveLength(1)
  expect(rootCauses).toEqual([])
})

test('the order in which findings come does not change the result', () => {
  const all = ['n1', 'n2', 'n3'].flatMap(name => [
    candidate('AAA001', node(name), { symptoms: ['BBB001'], severity: name === 'n2' ? 'warning' : 'error' }),
    candidate('BBB001', node(name), { symptoms: ['CCC001'] }),
    candidate('CCC001', node(name), { severity: 'info' }),
  ])
  const expected = groupFindings(all)
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), shuffled => {
      expect(groupFindings(shuffled)).toEqual(expected)
    }),
  )
})

test('every finding that is no info is a root cause or explained by one', () => {
  const codes = ['AAA001', 'BBB001', 'CCC001', 'DDD001']
  const arbitrary = fc.array(
    fc.record({ code: fc.constantFrom(...codes), name: fc.constantFrom('n1', 'n2'), isCluster: fc.boolean() }),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(arbitrary, items => {
      // Codes explain only later ones: the graph of the catalogue has no cycle.
      const unique = new Map(items.map(item => [`${item.code}/${item.isCluster ? 'cluster' : item.name}`, item]))
      const { findings, rootCauses } = groupFindings(
        [...unique.values()].map(item =>
          candidate(item.code, item.isCluster ? cluster : node(item.name), {
            symptoms: codes.slice(codes.indexOf(item.code) + 1),
          }),
        ),
      )
      const covered = new Set(rootCauses.flatMap(({ id, explains }) => [id, ...explains]))
      expect([...covered].sort()).toEqual(ids(findings).sort())
    }),
  )
})
