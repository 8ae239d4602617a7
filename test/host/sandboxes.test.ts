import { describe, expect, test } from 'vitest'
import { findMounts } from '../../agent/host/mounts.ts'
import { liveHost } from '../../agent/live-host.ts'
import { collectNode } from '../../shared/collect-node.ts'
import { parts } from '../../shared/gen/parts.ts'
import { given } from '../support/collect.ts'
import { startContainerd } from '../support/cri/containerd.ts'
import { needs } from '../support/requirements.ts'

const isPossible = needs(
  'sandboxes of a real containerd',
  'root',
  'network namespaces',
  'containerd',
  'runc',
  'containernetworking-plugins',
  'busybox-static',
)

const web = { uid: '5d1b7f0a-1c2e-4b6f-8a90-3e4f5a6b7c81', name: 'web', namespace: 'shop', nameserver: '10.96.0.10' }
const cart = { uid: '5d1b7f0a-1c2e-4b6f-8a90-3e4f5a6b7c82', name: 'cart', namespace: 'shop', nameserver: '10.96.0.11' }

describe.runIf(isPossible)('sandboxes', () => {
  test('of a real containerd: state, reservations and what is inside of each', { timeout: 60_000 }, async () => {
    const { root, run, stop } = await startContainerd()
    const [first, second] = [await run(web), await run(cart)]
    const collect = async () => {
      const host = liveHost(await findMounts({ root, proc: '/proc', sys: '/sys' }))
      const { sandboxes, hostLocal, podNamespaces, cniConfig } = parts
      const context = { now: Date.now, pause: async () => {}, sampleMs: 1 }
      return collectNode({ sandboxes, hostLocal, podNamespaces, cniConfig }, { host, context })
    }
    const node = await collect()
    const known = given(node.sandboxes).sandboxes
    expect(known.map(({ id, pod, ready }) => [id, pod.name, ready])).toEqual(
      expect.arrayContaining([
        [first, 'web', true],
        [second, 'cart', true],
      ]),
    )
    const { namespaces } = given(node.podNamespaces)
    const addresses = namespaces.map(({ pods, network }) => [
      pods[0]?.name,
      given(given(network).addresses).find(({ device, address }) => device === 'eth0' && address.includes('.'))
        ?.address,
    ])
    expect(Object.fromEntries(addresses)).toEqual({ web: '10.9.8.2/24', cart: '10.9.8.3/24' })
    const inside = namespaces.find(({ pods }) => pods[0]?.name === 'web')
    expect(inside).toMatchObject({
      isHost: false,
      pods: [{ uid: web.uid, resolver: { value: { nameservers: ['10.96.0.10'] } } }],
    })
    expect(inside && given(given(inside.network).devices)).toContainEqual({ name: 'eth0', mtu: 1430 })
    expect(inside && given(given(inside.network).routes)).toContainEqual(
      expect.objectContaining({ destination: '0.0.0.0/0', gateway: '10.9.8.1' }),
    )
    await stop(second)
    const after = await collect()
    expect(given(after.sandboxes).sandboxes.map(({ id }) => id)).toEqual([first])
    expect(given(after.podNamespaces).namespaces.map(({ pods }) => pods[0]?.name)).toEqual(['web'])
  })
})
