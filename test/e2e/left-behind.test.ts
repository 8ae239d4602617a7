import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { netcheck, report } from './support/cli.ts'
import { breakFor, isForeign, openTarget, type Target } from './support/target.ts'

describe.skipIf(isForeign)('Weave Net configured on a host where it is not installed', () => {
  let target: Target
  beforeAll(async () => {
    target = await openTarget()
  })
  afterAll(() => target.stop())

  test('is the only root cause, with the file, the refused address and the commands that mend it', async () => {
    await breakFor(target, 'weave-left-behind')
    const { rootCauses, exitCode } = await report(target.kubeconfig)
    const errors = rootCauses.filter(({ severity }) => severity === 'error')
    expect(errors.map(({ code, subject }) => `${code} ${subject.name}`)).toEqual(['CNI005 node2'])
    expect(rootCauses[0]?.code).toBe('CNI005')
    const told = JSON.stringify(errors)
    expect(told).toContain('node2:/etc/cni/net.d/10-weave.conflist')
    expect(told).toMatch(/127\.0\.0\.1:6784: connect: connection refused/)
    expect(told).toContain('mv /etc/cni/net.d/10-weave.conflist /etc/cni/net.d/10-weave.conflist.disabled')
    expect(told).toMatch(/kubectl apply -f https:\/\/\S+weave\S+\.yaml/)
    expect(exitCode).toBe(1)
  })

  test('is told on a first screen of twenty lines', async () => {
    await breakFor(target, 'weave-left-behind')
    const { stdout, exitCode } = await netcheck('check', '--kubeconfig', target.kubeconfig)
    expect(stdout).toMatch(/CNI005[\s\S]*Weave Net/)
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(20)
    expect(exitCode).toBe(1)
  })

  test('is gone once it was mended', async () => {
    const { findings } = await report(target.kubeconfig)
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(findings.map(({ code }) => code)).not.toContain('CNI005')
  })
})
