import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { netcheck } from './support/cli.ts'
import { breakFor, isForeign, openTarget, type Target } from './support/target.ts'

let target: Target
beforeAll(async () => {
  target = await openTarget()
})
afterAll(() => target.stop())

const path = async (from: string) => {
  const { stdout, exitCode } = await netcheck('path', from, 'svc/shop/web:80', '--kubeconfig', target.kubeconfig)
  return { stdout, exitCode }
}

// A foreign cluster has no such pods, and is not broken.
describe.skipIf(isForeign)('on the embedded cluster', () => {
  test('from a pod to a service nothing blocks, and what nobody could look at is said', async () => {
    const { stdout, exitCode } = await path('deploy/shop/web')
    // Pods of the embedded cluster are no processes of their own, so nobody is seen to listen.
    expect(stdout).toMatch(/^nothing found that blocks it, but not everything was looked at: .*whether anybody listens/)
    expect(stdout).not.toMatch(/also wrong/)
    expect(exitCode).toBe(3)
  })

  test('the endpoint behind a node that forwards nothing is blocked, and only that one', async () => {
    await breakFor(target, 'ip-forward-off')
    const { stdout, exitCode } = await path('node/node1')
    expect(stdout).toMatch(/^blocked in part at node2: .*ip_forward is 0\n.* 1 of 3 endpoints blocked/)
    expect(stdout).toMatch(/also wrong.*\n.*SYS001 node2/)
    expect(exitCode).toBe(1)
  })
})
