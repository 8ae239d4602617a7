import { describe, expect, test } from 'vitest'
import type { Packet } from '../../../../plugin/model/packet-filter/packet.ts'
import { packet, place, surroundings, walkSaved } from '../../../support/packets.ts'

const filter = (rules: string, policy = 'ACCEPT') =>
  `*filter\n:FORWARD ${policy} [0:0]\n:INPUT ACCEPT [0:0]\n:A - [0:0]\n:B - [0:0]\n${rules.trim()}\nCOMMIT\n`

const verdict = (rules: string, change: Partial<Packet> = {}, policy = 'ACCEPT') =>
  walkSaved(filter(rules, policy), packet(change), surroundings('192.168.0.1')).verdict

const matches: readonly [name: string, rule: string, hit: Partial<Packet>, miss: Partial<Packet>][] = [
  ['a network', '-s 10.244.1.0/24', {}, { source: place('10.9.0.1:1') }],
  ['what is not in a network', '! -d 10.244.2.0/24', { destination: place('10.9.0.1:80') }, {}],
  ['a protocol', '-p udp', { protocol: 'udp' }, {}],
  ['a protocol by number', '-p 17', { protocol: 'udp' }, {}],
  ['a port', '-p tcp -m tcp --dport 80', {}, { destination: place('10.244.2.3:81') }],
  ['a port of another protocol', '-p udp -m udp --dport 80', { protocol: 'udp' }, {}],
  ['a range of ports', '-p tcp -m tcp --dport 1:100', {}, { destination: place('10.244.2.3:101') }],
  ['several ports', '-p tcp -m multiport --dports 22,79:81', {}, { destination: place('10.244.2.3:23') }],
  ['a device', '-i cni0', {}, { input: 'eth0' }],
  ['the beginning of a device', '-o eth+', {}, { output: 'wlan0' }],
  ['a state', '-m conntrack --ctstate NEW', {}, { state: 'ESTABLISHED' }],
  ['a state, the old way', '-m state --state RELATED,ESTABLISHED', { state: 'ESTABLISHED' }, {}],
  ['an own address', '-m addrtype --dst-type LOCAL', { destination: place('192.168.0.1:80') }, {}],
  ['a range of addresses', '-m iprange --src-range 10.244.1.1-10.244.1.9', {}, { source: place('10.244.1.10:1') }],
  ['the first packet of TCP', '-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN', {}, { protocol: 'udp' }],
  ['a comment', '-s 10.244.1.0/24 -m comment --comment "a b"', {}, { source: place('10.9.0.1:1') }],
]

describe('a rule of iptables', () => {
  test.each(matches)('stops only packets with %s', (_, rule, hit, miss) => {
    expect(verdict(`-A FORWARD ${rule} -j DROP`, hit)).toBe('drop')
    expect(verdict(`-A FORWARD ${rule} -j DROP`, miss)).toBe('accept')
  })

  test.each([
    ['a jump comes back', '-A FORWARD -j A\n-A A -j RETURN\n-A FORWARD -j REJECT', 'reject'],
    ['a goto does not come back', '-A FORWARD -g A\n-A A -s 10.9.0.0/16 -j DROP\n-A FORWARD -j REJECT', 'accept'],
    ['RETURN in a chain of the kernel asks its policy', '-A FORWARD -j RETURN\n-A FORWARD -j DROP', 'accept'],
    [
      'a mark is seen by later rules',
      '-A FORWARD -j A\n-A A -j MARK --set-xmark 0x4/0x4\n-A FORWARD -m mark --mark 0x4/0x4 -j DROP',
      'drop',
    ],
    [
      'a mark that is cleared is not',
      '-A FORWARD -j MARK --set-xmark 0x6/0xff\n-A FORWARD -j MARK --set-xmark 0x0/0x4\n-A FORWARD -m mark --mark 0x4/0x4 -j DROP',
      'accept',
    ],
    ['a target that only notes changes nothing', '-A FORWARD -j LOG --log-prefix x\n-A FORWARD -j ACCEPT', 'accept'],
    ['what a module asks that is not known may hold', '-A FORWARD -m recent --rcheck -j DROP', 'unknown'],
    [
      'whatever it asks, both ways end the same',
      '-A FORWARD -m recent --rcheck -j DROP\n-A FORWARD -j REJECT',
      'reject',
    ],
    [
      'a doubtful accept leaves a drop open',
      '-A FORWARD -m limit --limit 1/s -j ACCEPT\n-A FORWARD -j DROP',
      'unknown',
    ],
    [
      'a doubtful return leaves the rest of its chain open',
      '-A FORWARD -j A\n-A A -m recent --rcheck -j RETURN\n-A A -j DROP',
      'unknown',
    ],
    [
      'a doubtful mark is neither set nor not',
      '-A FORWARD -m recent --rcheck -j MARK --set-xmark 0x4/0x4\n-A FORWARD -m mark --mark 0x4/0x4 -j DROP',
      'unknown',
    ],
    ['an unknown target decides', '-A FORWARD -j NFQUEUE --queue-num 1', 'unknown'],
    ['a circle ends', '-A FORWARD -j A\n-A A -j B\n-A B -j A', 'unknown'],
  ])('%s', (_, rules, expected) => {
    expect(verdict(rules)).toBe(expected)
  })

  test('the policy of a chain decides in the end, and is told', () => {
    const { verdict, by } = walkSaved(filter('-A FORWARD -s 10.9.0.0/16 -j ACCEPT', 'DROP'), packet())
    expect([verdict, by?.kind, by?.chain]).toEqual(['drop', 'policy', 'FORWARD'])
  })

  test('a packet to the node itself asks other chains than one that goes through', () => {
    const rules = '-A INPUT -j REJECT --reject-with icmp-host-prohibited'
    expect([verdict(rules), verdict(rules, { path: 'input' })]).toEqual(['accept', 'reject'])
  })
})

const tables = (raw: string, forward: string) =>
  `*nat\n:PREROUTING ACCEPT\n:KUBE-SERVICES - [0:0]\n-A PREROUTING -j KUBE-SERVICES\n-A KUBE-SERVICES -d 10.96.0.1/32 -j MARK --set-xmark 0x4000/0x4000\n-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -j DNAT --to-destination 192.168.0.1:6443\nCOMMIT
*filter\n:FORWARD ACCEPT\n${forward}\nCOMMIT\n*raw\n:PREROUTING ACCEPT\n${raw}\nCOMMIT\n`

describe('a packet to a service', () => {
  const sent = packet({ destination: place('10.96.0.1:443'), translated: place('192.168.0.1:6443') })
  test.each([
    [
      'is known by the address of the service before it is translated',
      '-A PREROUTING -d 10.96.0.1/32 -j DROP',
      '',
      'drop',
    ],
    ['is not known by its endpoint then', '-A PREROUTING -d 192.168.0.1/32 -j DROP', '', 'accept'],
    [
      'is known by its endpoint afterwards',
      '',
      '-A FORWARD -d 192.168.0.1/32 -p tcp -m tcp --dport 6443 -j DROP',
      'drop',
    ],
    ['has the mark of where it was translated', '', '-A FORWARD -m mark --mark 0x4000/0x4000 -j DROP', 'drop'],
    [
      'is not tracked where raw says so',
      '-A PREROUTING -j CT --notrack',
      '-A FORWARD -m conntrack --ctstate UNTRACKED -j DROP',
      'divert',
    ],
  ])('%s', (_, raw, forward, expected) => {
    expect(walkSaved(tables(raw, forward), sent).verdict).toBe(expected)
  })

  test.each([
    ['led to a port of the node', '-A PREROUTING -p tcp -m tcp --dport 443 -j REDIRECT --to-ports 3128', 'divert'],
    ['kept from the rules of services', '-A PREROUTING -i eth0 -j ACCEPT', 'accept'],
    ['kept from them whatever it is', '-A PREROUTING -j ACCEPT', 'divert'],
    [
      'led elsewhere by a CNI plugin',
      ':CNI-X - [0:0]\n-A PREROUTING -j CNI-X\n-A CNI-X -j DNAT --to-destination 192.0.2.9',
      'accept',
    ],
  ])('is %s before services are asked', (_, rules, expected) => {
    const saved = tables('', '').replace('-A PREROUTING -j KUBE', `${rules}\n-A PREROUTING -j KUBE`)
    expect(walkSaved(saved, { ...sent, input: 'cni0' }).verdict).toBe(expected)
  })

  test('whose endpoint is not told may go anywhere', () => {
    const { verdict } = walkSaved(
      tables('', '-A FORWARD -d 192.168.0.1/32 -j DROP'),
      packet({ destination: place('10.96.0.1:443') }),
    )
    expect(verdict).toBe('unknown')
  })
})
