import { describe, expect, test } from 'vitest'
import { printIptables, printRule } from '../../shared/formats/iptables-print.ts'
import { readRule } from '../../shared/formats/iptables-rule.ts'
import type { Iptables } from '../../shared/node/iptables.ts'
import { given } from '../support/collect.ts'
import { makeNamespace } from '../support/namespace.ts'
import { needs } from '../support/requirements.ts'

const rulesOf = (kind: 'iptables-nft' | 'iptables-legacy', chain: string) => `
${kind} -t nat -N ${chain}
${kind} -t nat -A PREROUTING -m comment --comment "kubernetes service portals" -j ${chain}
${kind} -t nat -A ${chain} ! -s 10.0.0.0/8 -d 172.30.0.41/32 -p tcp -m comment --comment "a \\"q\\" b" -m tcp --dport 80 -j MARK --or-mark 0x4000
${kind} -t nat -A ${chain} -m statistic --mode random --probability 0.5 -j RETURN
${kind} -t nat -A ${chain} -p tcp -m tcp -j DNAT --to-destination 10.180.0.1:80
${kind} -t nat -A ${chain} -m recent --rcheck --seconds 10800 --reap --name X -j RETURN
${kind} -t nat -A POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
${kind} -t nat -A POSTROUTING -j MASQUERADE --random-fully
${kind} -A FORWARD -m conntrack --ctstate INVALID -j DROP
${kind} -A INPUT -i lo -p udp -m multiport --dports 53,67:68 -m addrtype --dst-type LOCAL -j REJECT
${kind} -P FORWARD DROP
ip6${kind.slice(2)} -A FORWARD -s fd00::/64 -j ACCEPT`

const readTables = 'nft list tables; cat /proc/net/ip_tables_names /proc/net/ip6_tables_names'

/** Names of chains of users, typed rules of the table. */
function natOf(saved: Iptables['ipv4']['nft']) {
  const chains = given(saved).tables.find(({ name }) => name === 'nat')?.chains ?? []
  return {
    users: chains.filter(({ policy }) => policy === null).map(({ name }) => name),
    rules: chains.flatMap(({ rules }) => rules.map(({ text }) => readRule(text))),
  }
}

describe.runIf(needs('iptables of the kernel', 'root', 'network namespaces', 'iproute2', 'iptables', 'nftables'))(
  'iptables',
  () => {
    test('both kinds at once are read, and each has its own rules', () => {
      const namespace = makeNamespace()
      namespace.run(rulesOf('iptables-nft', 'NEW') + rulesOf('iptables-legacy', 'OLD'))
      const { ipv4, ipv6 } = given(namespace.collect(['iptables']).iptables)
      expect([natOf(ipv4.nft).users, natOf(ipv4.legacy).users]).toEqual([['NEW'], ['OLD']])
      expect(given(ipv4.nft).warnsOfLegacy).toBe(true)
      expect(given(ipv4.legacyTables)).toEqual(expect.arrayContaining(['nat', 'filter']))
      for (const saved of [ipv6.nft, ipv6.legacy]) {
        const forward = given(saved).tables[0]?.chains.find(({ name }) => name === 'FORWARD')
        expect(forward?.rules.map(({ text }) => readRule(text)?.match)).toEqual([{ source: { is: 'fd00::/64' } }])
      }
    })

    test('rules are typed as the kernel knows them', () => {
      const namespace = makeNamespace()
      namespace.run(rulesOf('iptables-nft', 'NEW'))
      const { ipv4 } = given(namespace.collect(['iptables']).iptables)
      const { rules } = natOf(ipv4.nft)
      expect(rules).toContainEqual({
        counters: null,
        match: {
          source: { not: '10.0.0.0/8' },
          destination: { is: '172.30.0.41/32' },
          protocol: { is: 'tcp' },
          comment: { is: 'a "q" b' },
          destinationPort: { is: '80' },
        },
        target: { name: 'MARK', setMark: '0x4000/0x4000' },
      })
      expect(rules.map(rule => rule?.target)).toContainEqual({ name: 'DNAT', toDestination: '10.180.0.1:80' })
      const forward = given(ipv4.nft)
        .tables.find(({ name }) => name === 'filter')
        ?.chains.find(({ name }) => name === 'FORWARD')
      expect(forward?.policy).toBe('DROP')
    })

    test.each(['iptables-nft', 'iptables-legacy'] as const)('what %s saved is restored from what was parsed', kind => {
      const namespace = makeNamespace()
      namespace.run(rulesOf(kind, 'X'))
      const { ipv4 } = given(namespace.collect(['iptables']).iptables)
      const saved = given(kind === 'iptables-nft' ? ipv4.nft : ipv4.legacy)
      const typed = saved.tables.map(table => ({
        ...table,
        chains: table.chains.map(chain => ({ ...chain, rules: chain.rules.map(again) })),
      }))
      const other = makeNamespace()
      other.run(`${kind}-restore -c <<'END'\n${printIptables({ tables: typed })}END`)
      const strip = (text: string) => text.replaceAll(/^#.*\n/gm, '')
      const read = (from: ReturnType<typeof makeNamespace>) =>
        strip(from.run(`${kind}-save -c`))
          .split('\n')
          .sort()
      expect(read(other)).toEqual(read(namespace))
      expect(strip(printIptables(saved)).split('\n').sort()).toEqual(read(namespace))
    })

    test.each([
      ['nothing', ''],
      ['rules of the newer kind', 'iptables-nft -A FORWARD -j ACCEPT'],
      ['rules of the older kind', 'iptables-legacy -A FORWARD -j ACCEPT'],
      ['both', 'iptables-nft -A FORWARD -j ACCEPT; iptables-legacy -t nat -A POSTROUTING -j MASQUERADE'],
    ])('a namespace with %s has the same tables after it was read', (_, script) => {
      const namespace = makeNamespace()
      namespace.run(`${script}\ntrue`)
      const before = namespace.run(readTables)
      given(namespace.collect(['iptables', 'nft']).iptables)
      expect(namespace.run(readTables)).toBe(before)
    })

    test('a namespace without rules of the older kind says so', () => {
      const { ipv4 } = given(makeNamespace().collect(['iptables']).iptables)
      expect(ipv4.legacy).toMatchObject({ status: 'unavailable', reason: 'missing' })
      expect(given(ipv4.nft).tables).toEqual([])
    })
  },
)

/** The same rule, through its typed form. */
function again<T extends { readonly text: string }>(rule: T): T {
  const typed = readRule(rule.text)
  return { ...rule, text: typed === null ? 'unread' : printRule(typed) }
}

const kubeProxy = `nft -f - <<'END'
table ip kube-proxy {
  set cluster-ips { type ipv4_addr; elements = { 172.30.0.41 } }
  set nodeport-ips { type ipv4_addr; flags interval; elements = { 192.168.0.0/24 } }
  map no-endpoint-services {
    type ipv4_addr . inet_proto . inet_service : verdict
    elements = { 172.30.0.42 . tcp . 80 comment "ns2/svc2:p80" : drop }
  }
  chain endpoint-5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80 { meta l4proto tcp dnat to 10.180.0.1:80; }
  chain service-ULMVA6XW-ns1/svc1/tcp/p80 {
    ip daddr 172.30.0.41 tcp dport 80 ip saddr != 10.0.0.0/8 counter meta mark set meta mark or 0x4000
    numgen random mod 1 vmap { 0 : goto endpoint-5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80 }
    meta l4proto tcp dnat ip addr . port to numgen random mod 2 map { 0 : 10.180.0.4 . 80 , 1 : 10.180.0.5 . 80 }
  }
  map service-ips {
    type ipv4_addr . inet_proto . inet_service : verdict
    elements = { 172.30.0.41 . tcp . 80 : goto service-ULMVA6XW-ns1/svc1/tcp/p80 }
  }
  chain services { ip daddr . meta l4proto . th dport vmap @service-ips; }
  chain nat-prerouting { type nat hook prerouting priority -100; policy accept; jump services; }
  chain nat-postrouting { type nat hook postrouting priority 100; meta mark and 0x4000 == 0 return; masquerade fully-random; }
}
END`

describe.runIf(needs('nf_tables of the kernel', 'root', 'network namespaces', 'iproute2', 'nftables'))('nft', () => {
  test('tables of kube-proxy: chains, sets, maps of verdicts and endpoints', () => {
    const namespace = makeNamespace()
    namespace.run(kubeProxy)
    const { tables, chains, sets, rules, omitted } = given(namespace.collect(['nft']).nft)
    const set = (name: string) => sets.find(each => each.name === name)
    const service = 'service-ULMVA6XW-ns1/svc1/tcp/p80'
    expect([tables, omitted]).toEqual([[{ family: 'ip', name: 'kube-proxy' }], 0])
    expect(chains.find(({ name }) => name === 'nat-prerouting')).toMatchObject({
      type: 'nat',
      hook: 'prerouting',
      priority: -100,
      policy: 'accept',
    })
    expect(set('cluster-ips')?.elements).toEqual([{ key: ['172.30.0.41'] }])
    expect(set('nodeport-ips')?.elements).toEqual([{ key: ['192.168.0.0/24'] }])
    expect(set('service-ips')?.elements).toEqual([
      { key: ['172.30.0.41', 'tcp', '80'], data: { goto: { target: service } } },
    ])
    expect(set('no-endpoint-services')?.elements).toEqual([
      { key: ['172.30.0.42', 'tcp', '80'], data: { drop: null }, comment: 'ns2/svc2:p80' },
    ])
    const kinds = rules
      .filter(({ chain }) => chain === service)
      .map(({ statements }) => statements.map(({ kind }) => kind))
    expect(kinds).toEqual([['match', 'match', 'match', 'counter', 'set'], ['vmap'], ['match', 'nat']])
    const [jump] = rules.filter(({ chain }) => chain === 'nat-prerouting')
    expect(jump?.statements).toEqual([{ kind: 'verdict', verdict: 'jump', chain: 'services' }])
  })

  test('a namespace without tables has none, also after it was read', () => {
    const namespace = makeNamespace()
    expect(given(namespace.collect(['nft']).nft)).toMatchObject({ tables: [], chains: [], rules: [], sets: [] })
    expect(namespace.run('nft list ruleset')).toBe('')
  })
})
