import { describe, expect, test } from 'vitest'
import { given } from '../support/collect.ts'
import { makeNamespace } from '../support/namespace.ts'
import { needs } from '../support/requirements.ts'

const bridge = `
ip link add cni0 type bridge
ip addr add 10.244.1.1/24 dev cni0
ip link set cni0 up
for i in 1 2; do
  ip link add veth$i type veth peer name peer$i
  ip link set veth$i master cni0 up
  ip link set peer$i up
done
bridge link set dev veth1 hairpin on
bridge link set dev veth2 hairpin off`

describe.runIf(needs('bridges and links of the kernel', 'root', 'network namespaces', 'iproute2'))('devices', () => {
  test('hairpin and promiscuous mode of a bridge, by files and by what ip prints', () => {
    const namespace = makeNamespace()
    namespace.run(bridge)
    for (const sources of ['files', 'commands'] as const) {
      expect(given(namespace.collect(['bridges'], sources).bridges), sources).toEqual({
        bridges: [
          {
            name: 'cni0',
            promiscuous: { status: 'ok', value: false },
            ports: [
              { name: 'veth1', hairpin: { status: 'ok', value: true } },
              { name: 'veth2', hairpin: { status: 'ok', value: false } },
            ],
          },
        ],
      })
    }
  })

  test('a bridge that is made promiscuous shows it, its ports always do and are not mistaken for it', () => {
    const namespace = makeNamespace()
    namespace.run(bridge)
    expect(namespace.run('cat /sys/class/net/veth1/flags').trim()).toBe('0x1303')
    namespace.run('ip link set cni0 promisc on')
    for (const sources of ['files', 'commands'] as const) {
      const [cni0] = given(namespace.collect(['bridges'], sources).bridges).bridges
      expect(cni0?.promiscuous, sources).toEqual({ status: 'ok', value: true })
    }
  })

  test('files and commands tell the same of every device', () => {
    const namespace = makeNamespace()
    namespace.run(`${bridge}
ip addr add fd00:10:244:1::1/64 dev cni0 nodad
ip link add flannel.1 type vxlan id 1 dstport 8472 local 127.0.0.1
ip link set flannel.1 mtu 1450`)
    const files = given(namespace.collect(['links'], 'files').links)
    const commands = given(namespace.collect(['links'], 'commands').links)
    expect([files.hasAddresses, commands.hasAddresses]).toEqual([true, true])
    const facts = ({ links }: typeof files) =>
      Object.fromEntries(
        links.map(({ kind, addresses, ...rest }) => [rest.name, { ...rest, addresses: [...addresses].sort() }]),
      )
    expect(facts(files)).toEqual(facts(commands))
    expect(commands.links.find(({ name }) => name === 'cni0')?.addresses).toEqual(
      expect.arrayContaining(['10.244.1.1/24', 'fd00:10:244:1::1/64']),
    )
    const kinds = Object.fromEntries(commands.links.map(({ name, kind, master }) => [name, [kind, master]]))
    expect(kinds).toMatchObject({
      lo: [null, null],
      cni0: ['bridge', null],
      veth1: ['veth', 'cni0'],
      'flannel.1': ['vxlan', null],
    })
  })

  test('an address without a network around it is told by ip alone', () => {
    const namespace = makeNamespace()
    namespace.run('ip link add d0 type veth peer name d1; ip addr add 10.244.0.0/32 dev d0; ip link set d0 up')
    expect(given(namespace.collect(['links'], 'files').links).hasAddresses).toBe(false)
    const d0 = given(namespace.collect(['links']).links).links.find(({ name }) => name === 'd0')
    expect(d0?.addresses).toContain('10.244.0.0/32')
  })
})
