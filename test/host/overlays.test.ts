import { describe, expect, test } from 'vitest'
import { given } from '../support/collect.ts'
import { makeNamespace } from '../support/namespace.ts'
import { needs } from '../support/requirements.ts'

/** As flannel makes it; its far ends stand in forwarding entries. */
const flannel = `
ip link add eth0 mtu 1500 type veth peer name far
ip addr add 192.168.7.11/24 dev eth0
ip link set eth0 up
ip link set far up
ip route add default via 192.168.7.1
ip link add flannel.1 type vxlan id 4096 dev eth0 dstport 8472 local 192.168.7.11 nolearning
ip link set flannel.1 mtu 1450 address b2:00:00:00:00:01 up
bridge fdb append b2:00:00:00:00:02 dev flannel.1 dst 192.168.7.12`

const isPossible = needs('overlays of the kernel', 'root', 'network namespaces', 'iproute2', 'VXLAN devices')

describe.runIf(isPossible)('overlays', () => {
  test('a VXLAN device tells its network, port, ends and MTU, and its entries the far ends', () => {
    const namespace = makeNamespace()
    namespace.run(flannel)
    const { overlays, fdb } = namespace.collect(['overlays', 'fdb'])
    expect(given(overlays)).toEqual({
      complete: true,
      overlays: [
        {
          name: 'flannel.1',
          kind: 'vxlan',
          mtu: 1450,
          state: 'unknown',
          mac: 'b2:00:00:00:00:01',
          underlay: 'eth0',
          id: 4096,
          port: 8472,
          local: '192.168.7.11',
          remote: null,
          learning: false,
        },
      ],
    })
    expect(given(fdb).entries).toContainEqual(
      expect.objectContaining({ mac: 'b2:00:00:00:00:02', device: 'flannel.1', remote: '192.168.7.12' }),
    )
  })

  test('files alone tell its kind, MTU and address', () => {
    const namespace = makeNamespace()
    namespace.run(flannel)
    expect(given(namespace.collect(['overlays'], 'files').overlays)).toMatchObject({
      complete: false,
      overlays: [{ name: 'flannel.1', kind: 'vxlan', mtu: 1450, mac: 'b2:00:00:00:00:01', id: null, port: null }],
    })
  })

  test.runIf(needs('ethtool', 'ethtool'))('offloads of the overlay and of the device with the default route', () => {
    const namespace = makeNamespace()
    namespace.run(`${flannel}\nethtool -K flannel.1 tx off >/dev/null`)
    const { devices } = given(namespace.collect(['offloads']).offloads)
    expect(Object.keys(devices).sort()).toEqual(['eth0', 'flannel.1'])
    const features = (name: string) => (devices[name] ? given(devices[name]) : {})
    expect(features('flannel.1')['tx-checksum-ip-generic']).toEqual({ on: false, fixed: false })
    expect(features('eth0')['tx-checksum-ip-generic']).toEqual({ on: true, fixed: false })
  })
})

const sets = `
ipset create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536
ipset add KUBE-CLUSTER-IP 10.96.0.10,udp:53
ipset add KUBE-CLUSTER-IP 10.96.0.10,tcp:53
ipset create KUBE-NODE-PORT-TCP bitmap:port range 0-65535
ipset add KUBE-NODE-PORT-TCP 30080
ipset create six hash:net family inet6 timeout 600
ipset add six fd00::/64
ipset create all list:set
ipset add all KUBE-CLUSTER-IP`

describe.runIf(needs('sets of the kernel', 'root', 'network namespaces', 'iproute2', 'ipset'))('ipsets', () => {
  test('of every kind are read with their entries', () => {
    const namespace = makeNamespace()
    namespace.run(sets)
    const dump = given(namespace.collect(['ipsets']).ipsets)
    expect([dump.omittedSets, dump.strayLines]).toEqual([0, 0])
    const entries = Object.fromEntries(
      dump.sets.map(({ name, type, entries }) => [name, [type, entries.map(({ value }) => value).sort()]]),
    )
    expect(entries).toEqual({
      'KUBE-CLUSTER-IP': ['hash:ip,port', ['10.96.0.10,tcp:53', '10.96.0.10,udp:53']],
      'KUBE-NODE-PORT-TCP': ['bitmap:port', ['30080']],
      six: ['hash:net', ['fd00::/64']],
      all: ['list:set', ['KUBE-CLUSTER-IP']],
    })
  })

  test('of an empty namespace there are none', () => {
    expect(given(makeNamespace().collect(['ipsets']).ipsets).sets).toEqual([])
  })
})
