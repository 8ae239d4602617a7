import { describe, expect, test } from 'vitest'
import { given, reasonOf } from '../support/collect.ts'
import { makeNamespace } from '../support/namespace.ts'
import { needs } from '../support/requirements.ts'

describe.runIf(needs('settings of the kernel', 'root', 'network namespaces', 'iproute2'))('settings', () => {
  test('of this namespace, of every interface, also of one with a dot in its name', () => {
    const namespace = makeNamespace()
    namespace.run(`
ip link add flannel.1 type veth peer name peer
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 0 > /proc/sys/net/ipv4/conf/flannel.1/forwarding
echo 2 > /proc/sys/net/ipv4/conf/flannel.1/rp_filter
echo 1 > /proc/sys/net/ipv6/conf/flannel.1/disable_ipv6`)
    const { values } = given(namespace.collect(['sysctls']).sysctls)
    expect(values['net/ipv4/ip_forward']).toEqual({ status: 'ok', value: '1' })
    expect(values['net/ipv4/conf/flannel.1/forwarding']).toEqual({ status: 'ok', value: '0' })
    expect(values['net/ipv4/conf/flannel.1/rp_filter']).toEqual({ status: 'ok', value: '2' })
    expect(values['net/ipv6/conf/flannel.1/disable_ipv6']).toEqual({ status: 'ok', value: '1' })
    // Known to the first namespace alone.
    expect(values['net/ipv4/neigh/default/gc_thresh3']).toMatchObject({ reason: 'missing' })
  })

  test('a fresh namespace does not forward, whatever the machine does', () => {
    const { values } = given(makeNamespace().collect(['sysctls']).sysctls)
    expect(values['net/ipv4/ip_forward']).toEqual({ status: 'ok', value: '0' })
    expect(values['net/ipv4/conf/lo/forwarding']).toEqual({ status: 'ok', value: '0' })
  })
})

describe.runIf(needs('connection tracking of the kernel', 'root', 'network namespaces', 'iproute2', 'nftables'))(
  'connection tracking',
  () => {
    test('connections between two samples are counted, in this namespace alone', () => {
      const namespace = makeNamespace()
      namespace.run(`nft -f - <<'END'
table ip t {
  chain c {
    type filter hook input priority 0
    ct state new counter
  }
}
END`)
      const conntrack = given(namespace.collect(['conntrack']).conntrack)
      const [count, later] = [given(conntrack.count), given(conntrack.later)]
      expect((later.count ?? 0) - count).toBeGreaterThanOrEqual(50)
      expect(count).toBeLessThan(50)
      expect(given(conntrack.max)).toBeGreaterThan(0)
      expect(given(conntrack.buckets)).toBeGreaterThan(0)
      expect(given(conntrack.counters)).toMatchObject({ insert_failed: 0, drop: 0, early_drop: 0 })
      expect(later.counters.entries).toBe(later.count)
    })

    test.runIf(needs('conntrack -S', 'conntrack'))('the tool tells the same counters as the kernel’s file', () => {
      const namespace = makeNamespace()
      const file = given(given(namespace.collect(['conntrack']).conntrack).counters)
      const tool = given(namespace.collect(['conntrack'], 'commands').conntrack)
      expect(file).toMatchObject(given(tool.counters))
      expect(reasonOf(tool.later)).toBe('missing')
    })
  },
)
