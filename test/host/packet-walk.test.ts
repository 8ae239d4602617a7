import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { iptablesChains } from '../../plugin/model/packet-filter/iptables-chains.ts'
import { nftChains } from '../../plugin/model/packet-filter/nft-chains.ts'
import { walk } from '../../plugin/model/packet-filter/walk.ts'
import { parseIptablesSave } from '../../shared/formats/iptables-save.ts'
import { parseNftRuleset } from '../../shared/formats/nft-json.ts'
import { given } from '../support/collect.ts'
import { makeNamespace, type Namespace } from '../support/namespace.ts'
import { packet, place, surroundings } from '../support/packets.ts'
import { needs } from '../support/requirements.ts'

const client = '10.244.1.2'
const server = '10.244.2.2'

/** A client and a server with a router between them; addresses of neighbours are known, so that a packet is there at once. */
function makePath(): { readonly router: Namespace; readonly arrives: (port: number) => boolean } {
  const [left, router, right] = [makeNamespace(), makeNamespace(), makeNamespace()]
  router.run(`
    ip link add cni0 address 02:00:00:00:00:01 type veth peer name eth0 address 02:00:00:00:00:02 netns ${left.name}
    ip link add eth0 address 02:00:00:00:00:03 type veth peer name eth0 address 02:00:00:00:00:04 netns ${right.name}
    ip address add 10.244.1.1/24 dev cni0; ip address add 10.244.2.1/24 dev eth0
    ip link set cni0 up; ip link set eth0 up; echo 1 > /proc/sys/net/ipv4/ip_forward
    ip neigh replace ${client} lladdr 02:00:00:00:00:02 dev cni0 nud permanent
    ip neigh replace ${server} lladdr 02:00:00:00:00:04 dev eth0 nud permanent`)
  connect(left, { address: client, gateway: '10.244.1.1', mac: '02:00:00:00:00:01' })
  connect(right, { address: server, gateway: '10.244.2.1', mac: '02:00:00:00:00:03' })
  const received = () => Number(right.run("awk '/^Udp: [0-9]/ {print $3}' /proc/net/snmp"))
  return {
    router,
    arrives: port => {
      const before = received()
      execFileSync('ip', ['netns', 'exec', left.name, 'bash', '-c', `echo x > /dev/udp/${server}/${port}`])
      // A busy kernel hands it over a little later; each look takes a process of its own.
      return Array.from({ length: 3 }).some(() => received() > before)
    },
  }
}

function connect(to: Namespace, { address, gateway, mac }: { address: string; gateway: string; mac: string }): void {
  to.run(`ip address add ${address}/24 dev eth0; ip link set eth0 up; ip route add default via ${gateway}
    ip neigh replace ${gateway} lladdr ${mac} dev eth0 nud permanent`)
}

/** What the walk says of a packet to a port of the server, by the rules as the router prints them. */
function verdictOf(router: Namespace, port: number): string {
  const chains = [
    ...iptablesChains(parseIptablesSave(router.run('iptables-nft-save -c')), 'iptables-nft'),
    ...iptablesChains(parseIptablesSave(router.run('iptables-legacy-save -c')), 'iptables-legacy'),
    ...nftChains(given(parseNftRuleset(router.run('nft -j list ruleset'))), {
      family: 4,
      isSkipped: ({ family }) => family !== 'inet',
    }),
  ]
  const sent = packet({ source: place(`${client}:40000`), destination: place(`${server}:${port}`), protocol: 'udp' })
  return walk(chains, { packet: sent, surroundings: surroundings('10.244.1.1', '10.244.2.1') }).verdict
}

const native = (rules: string) => `nft -f - <<'END'
table inet fw {
  set peers { type ipv4_addr; flags interval; elements = { 10.244.0.0/16, 10.9.0.1-10.9.0.9 } }
  set pairs { type ipv4_addr . inet_service; elements = { ${server} . 53 } }
  map ports { type inet_service : verdict; elements = { 53 : accept, 80 : goto refuse } }
  chain refuse { reject with icmpx admin-prohibited; }
  chain fw { type filter hook forward priority filter; policy accept; ${rules}; }
}
END`

/** Chains of nat are asked only where something tracks connections, as on every node of a cluster. */
const cases: readonly [name: string, script: string][] = [
  ['a policy', 'iptables-nft -P FORWARD DROP'],
  ['a policy of the older kind', 'iptables-legacy -P FORWARD DROP'],
  [
    'an accept of one kind and a drop of the other',
    'iptables-nft -A FORWARD -j ACCEPT; iptables-legacy -A FORWARD -p udp -m udp --dport 53 -j DROP',
  ],
  [
    'a reject before an accept',
    'iptables-nft -A FORWARD -j REJECT --reject-with icmp-host-prohibited; iptables-nft -A FORWARD -s 10.244.0.0/16 -j ACCEPT',
  ],
  ['raw', `iptables-nft -t raw -A PREROUTING -d ${server}/32 -i cni0 -p udp -m udp --dport 80 -j DROP`],
  [
    'mangle after a mark of raw',
    'iptables-nft -t raw -A PREROUTING -p udp -m multiport --dports 53,60:70 -j MARK --or-mark 0x8; iptables-nft -t mangle -A FORWARD -m mark --mark 0x8/0x8 -j DROP',
  ],
  [
    'a mark of nat',
    'iptables-nft -t nat -A POSTROUTING -j MASQUERADE; iptables-nft -t nat -A PREROUTING -p udp --dport 80 -j MARK --set-mark 0x4000; iptables-nft -P FORWARD DROP; iptables-nft -A FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT',
  ],
  [
    'a chain that is left by goto',
    'iptables-nft -N A; iptables-nft -A FORWARD -g A; iptables-nft -A A -p udp --dport 53 -j DROP; iptables-nft -A FORWARD -j DROP',
  ],
  [
    'packets that are not tracked',
    'iptables-legacy -t raw -A PREROUTING -p udp --dport 53 -j CT --notrack; iptables-legacy -A FORWARD -m conntrack --ctstate UNTRACKED -j DROP',
  ],
  [
    'devices and types',
    'iptables-nft -A FORWARD -i cni+ ! -o cni+ -m addrtype ! --dst-type LOCAL -m conntrack --ctstate NEW -p udp --dport 53 -j DROP',
  ],
  ['a policy of nf_tables', native('ip saddr 10.9.0.0/16 drop; ip saddr . udp dport { 10.244.1.2 . 53 } accept')],
  ['sets of nf_tables', native('ip saddr @peers ip daddr . udp dport @pairs drop')],
  ['maps of nf_tables', native('udp dport vmap @ports; drop')],
  ['marks of nf_tables', native('udp dport 50-60 meta mark set meta mark | 0x10; meta mark & 0x10 != 0x10 drop')],
  [
    'states and devices of nf_tables',
    native(
      'ct state established accept; ct state { new, untracked } iifname "cni*" meta l4proto { tcp, udp } th dport < 60 drop',
    ),
  ],
  [
    'other families of nf_tables',
    native('meta nfproto ipv6 drop; ip6 daddr ::/0 drop; tcp dport 53 drop; fib daddr type local drop'),
  ],
]

const condition = fc.constantFrom(
  ...['-s 10.244.0.0/16', '! -s 10.244.1.0/25', `-d ${server}/32`, '-d 10.9.0.0/16', '-p udp -m udp --dport 53'],
  ...[
    '-p udp -m udp ! --dport 50:60',
    '-p tcp',
    '-i cni+',
    '! -o eth0',
    '-m mark --mark 0x1/0x3',
    '-m conntrack --ctstate NEW',
  ],
)
const targets = ['ACCEPT', 'DROP', 'RETURN', 'MARK --set-xmark 0x1/0x1', 'MARK --set-xmark 0x2/0x0']
const rules = (chain: string, ...chains: readonly string[]) =>
  fc.array(
    fc
      .tuple(
        condition,
        fc.constantFrom(...targets.map(name => `-j ${name}`), ...chains.flatMap(name => [`-j ${name}`, `-g ${name}`])),
      )
      .map(words => `-A ${chain} ${words.join(' ')}`),
    { minLength: 1, maxLength: 5 },
  )
const table = (name: string, hook: string) =>
  fc
    .tuple(fc.constantFrom('ACCEPT', 'DROP'), rules(hook, 'A', 'B'), rules('A', 'B'), rules('B'))
    .map(([policy, ...lists]) => `*${name}\n:${hook} ${policy}\n:A -\n:B -\n${lists.flat().join('\n')}\nCOMMIT\n`)

describe.runIf(
  needs('walks through the packet filter', 'root', 'network namespaces', 'iproute2', 'iptables', 'nftables'),
)('a packet through the kernel', () => {
  test.each(cases)('ends as the walk says: %s', (_, script) => {
    const { router, arrives } = makePath()
    router.run(script)
    for (const port of [53, 80]) expect([port, verdictOf(router, port) === 'accept']).toEqual([port, arrives(port)])
  })

  test('the cases stop some packets and let others pass', () => {
    const { router, arrives } = makePath()
    expect([arrives(53), verdictOf(router, 53)]).toEqual([true, 'accept'])
  })

  test('rule sets made at random end as the walk says', () => {
    const { router, arrives } = makePath()
    const given = fc.sample(fc.tuple(table('mangle', 'FORWARD'), table('filter', 'FORWARD')), {
      numRuns: 40,
      seed: 7,
    })
    const ends = given.map((tables, i) => {
      router.run(`iptables-${i % 2 ? 'nft' : 'legacy'}-restore <<'END'\n${tables.join('')}END`)
      const [said, seen] = [verdictOf(router, 53), arrives(53)]
      router.run(`iptables-${i % 2 ? 'nft' : 'legacy'}-restore <<'END'\n${empty}END`)
      expect({ tables, end: said === 'accept' }).toEqual({ tables, end: seen })
      return seen
    })
    expect(new Set(ends).size).toBe(2)
  }, 60_000)
})

const empty = '*mangle\n:FORWARD ACCEPT\nCOMMIT\n*filter\n:FORWARD ACCEPT\nCOMMIT\n'
