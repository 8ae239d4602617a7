import { afterAll, beforeAll, expect, test } from 'vitest'
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

const fault = foreignFault()

if (fault) {
  test('what was broken on the foreign cluster is named first', async () => {
    await fault.run()
    try {
      const { rootCauses, exitCode } = await report(target.kubeconfig)
      expect(rootCauses[0]?.code).toBe(fault.code)
      expect(exitCode).toBe(1)
    } finally {
      await fault.mend()
    }
  })
} else if (isForeign) {
  test('a foreign cluster is not broken without NETCHECK_E2E_BREAK, _MEND and _EXPECT', () => {
    expect(target.embedded).toBeNull()
  })
} else {
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
}
