import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BreakerName } from '../cluster/breakers/breakers.ts'
import { report } from './support/cli.ts'
import { breakFor, foreignFault, isForeign, openTarget, type Target } from './support/target.ts'

let target: Target
beforeAll(async () => {
  target = await openTarget()
})
afterAll(() => target.stop())

const faults: readonly (readonly [BreakerName, string])[] = [
  ['missing-plugin', 'CNI003'],
  ['no-cni-config', 'CNI001'],
  ['broken-conflist', 'CNI002'],
  ['ip-forward-off', 'SYS001'],
  ['bridge-nf-off', 'SYS002'],
  ['hairpin-off', 'HPN001'],
  ['range-exhausted', 'IPM002'],
  ['conntrack-full', 'CTK001'],
  ['kube-proxy-crash', 'PRX001'],
  ['node-not-ready', 'NOD003'],
]

describe.skipIf(isForeign)('on the embedded cluster', () => {
  test.each(faults)('%s on one node is named first as %s, and is the only root cause', async (name, code) => {
    await breakFor(target, name)
    const { rootCauses, exitCode } = await report(target.kubeconfig)
    expect(rootCauses.map(({ code, subject }) => `${code} ${subject.name}`)).toEqual([`${code} node2`])
    expect(exitCode).toBe(1)
  })

  test('after all of them were mended nothing is found', async () => {
    const { findings, exitCode } = await report(target.kubeconfig)
    expect(findings).toEqual([])
    expect(exitCode).toBe(0)
  })
})

const fault = foreignFault()
describe.runIf(fault)('on a foreign cluster', () => {
  test('what was broken there is named first', async () => {
    await fault?.run()
    try {
      const { rootCauses, exitCode } = await report(target.kubeconfig)
      expect(rootCauses[0]?.code).toBe(fault?.code)
      expect(exitCode).toBe(1)
    } finally {
      await fault?.mend()
    }
  })
})
