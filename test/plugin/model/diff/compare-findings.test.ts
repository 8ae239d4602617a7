import { describe, expect, test } from 'vitest'
import { pod } from '../../../support/api-objects.ts'
import { diff, type GivenSide } from '../../../support/diff-sides.ts'
import { finding, report, withCauses } from '../../../support/report-objects.ts'

describe('findings', () => {
  const symptom = finding('POD001')
  const cause = finding('CNI003', { explains: [symptom.id] })
  const broken = report({ rootCauses: [cause], findings: [cause, symptom] })

  test('new ones stand with the root causes first, gone ones were looked for', () => {
    const came = diff({ nodes: { n1: {} } }, { report: broken, nodes: { n1: {} } }).findings
    expect(came.new.map(({ finding, isRootCause, before }) => [finding.code, isRootCause, before])).toEqual([
      ['CNI003', true, 'absent'],
      ['POD001', false, 'absent'],
    ])
    expect(diff({ report: broken, nodes: { n1: {} } }, { nodes: { n1: {} } }).findings.gone).toHaveLength(2)
  })

  test('one that was not looked for is neither gone nor surely new', () => {
    const blind = report({
      checks: { run: 0, notApplicable: [], notRun: [{ code: 'CNI003', why: 'unread', nodes: ['n1'] }], crashed: [] },
    })
    const lost = diff({ report: withCauses(cause), nodes: { n1: {} } }, { report: blind, nodes: { n1: {} } }).findings
    expect(lost.gone).toEqual([])
    expect(lost.unknown).toEqual([{ finding: cause, why: 'unread' }])
    const seen = diff({ report: blind, nodes: { n1: {} } }, { report: withCauses(cause), nodes: { n1: {} } }).findings
    expect(seen.new[0]?.before).toBe('not looked at')
  })

  test('one that is there on both sides is the same, and named when it became graver', () => {
    const mild = finding('CNI003', { severity: 'warning' })
    expect(diff({ report: withCauses(cause) }, { report: withCauses(cause) }).findings.same).toEqual([cause.id])
    expect(diff({ report: withCauses(mild) }, { report: withCauses(cause) }).findings.changed).toEqual([
      { finding: cause, from: 'warning' },
    ])
  })

  test('one of a pod that its Deployment made again is the same', () => {
    const of = (hash: string, suffix: string): GivenSide => {
      const name = `web-${hash}-${suffix}`
      const owner = { kind: 'ReplicaSet', name: `web-${hash}` }
      const subject = { kind: 'Pod' as const, namespace: 'shop', name }
      return {
        cluster: { pods: [pod({ namespace: 'shop', name, owner, labels: { 'pod-template-hash': hash } })] },
        report: withCauses(finding('POD005', { id: `POD005/pod/shop/${name}`, subject })),
      }
    }
    expect(diff(of('6f7', 'aaaaa'), of('8c9', 'bbbbb')).findings).toMatchObject({
      new: [],
      gone: [],
      same: [expect.anything()],
    })
  })
})
