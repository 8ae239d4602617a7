import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findMounts } from '../../agent/host/mounts.ts'
import { liveHost } from '../../agent/live-host.ts'
import { neighbours } from '../../shared/node/neighbours.ts'
import { given } from '../support/collect.ts'
import { withSetting } from '../support/global-setting.ts'
import { makeNamespace } from '../support/namespace.ts'
import { needs } from '../support/requirements.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const isFirst = needs(
  'full tables of the kernel',
  'root',
  'network namespaces',
  'the first network namespace',
  'iproute2',
  'nftables',
  'conntrack',
)

const track = `nft add table ip t
nft 'add chain ip t c { type filter hook output priority 0; }'
nft add rule ip t c ct state new counter`

/** More than any other namespace of a machine that runs tests. */
const room = 20_000

/** Connections with an answer, which the kernel does not throw away for new ones. */
const connection = (index: number) =>
  `-A -s 10.${index >> 16}.${(index >> 8) & 255}.${index & 255} -d 10.250.0.1 -p udp --sport 1000 --dport 53 -t 600 -u SEEN_REPLY,ASSURED`

/** Lines for `ip -batch`: more neighbours than others of the machine can be thrown away for. */
const add = (prefix: string, state: string) =>
  `for i in $(seq 1 500); do echo "neigh add ${prefix}$i lladdr b2:00:00:00:00:01 dev e0 nud ${state}"; done`

describe.runIf(isFirst)('full tables', () => {
  test('a full table of connections drops new ones, and says so', async () => {
    const file = `${await temporaryFolder()}/connections`
    writeFileSync(file, Array.from({ length: room }, (_, index) => `${connection(index)}\n`).join(''))
    const namespace = makeNamespace()
    namespace.run(track)
    const conntrack = withSetting('/proc/sys/net/netfilter/nf_conntrack_max', room, () => {
      namespace.run(`conntrack -R '${file}' 2>/dev/null`)
      return given(namespace.collect(['conntrack']).conntrack)
    })
    expect([given(conntrack.max), given(conntrack.count)]).toEqual([room, room])
    const before = given(conntrack.counters)
    const later = given(conntrack.later)
    expect(later.count).toBe(room)
    expect((later.counters.drop ?? 0) - (before.drop ?? 0)).toBeGreaterThanOrEqual(50)
  })

  // Of IPv6, which fewer neighbours of this machine use: the table is one for all namespaces.
  test('a full table of neighbours refuses one more, and counts it', async () => {
    const host = async () => liveHost(await findMounts({ root: '/' }))
    const context = { now: Date.now, pause: async () => {}, sampleMs: 1 }
    const read = async () => given(await neighbours.collect(await host(), context)).ipv6
    const namespace = makeNamespace()
    namespace.run('ip link add e0 type veth peer name e1; ip link set e0 up; ip link set e1 up')
    const before = given((await read()).counters)
    const path = '/proc/sys/net/ipv6/neigh/default/gc_thresh3'
    const hard = (before.entries ?? 0) + 20
    const refusals = withSetting(path, hard, () =>
      namespace.run(`(${add('fd00::', 'reachable')}) | ip -6 -force -batch - 2>&1 || true`),
    )
    expect(refusals).toMatch(/No buffer space|Cannot allocate|overflow/i)
    const after = await read()
    expect((given(after.counters).table_fulls ?? 0) - (before.table_fulls ?? 0)).toBeGreaterThan(0)
    expect(given(after.limits).hard).toBe(Number(readFileSync(path, 'utf8')))
    const sysctl = execFileSync('cat', ['/proc/sys/net/ipv6/neigh/default/gc_thresh1'], { encoding: 'utf8' })
    expect(given(after.limits).least).toBe(Number(sysctl))
  })

  test('entries of every namespace count in the one table', async () => {
    const context = { now: Date.now, pause: async () => {}, sampleMs: 1 }
    const count = async () => {
      const host = liveHost(await findMounts({ root: '/' }))
      return given(given(await neighbours.collect(host, context)).ipv4.counters).entries ?? 0
    }
    const namespace = makeNamespace()
    namespace.run('ip link add e0 type veth peer name e1; ip link set e0 up; ip link set e1 up')
    const before = await count()
    namespace.run(`(${add('10.9.0.', 'stale')}) | head -100 | ip -batch -`)
    expect((await count()) - before).toBeGreaterThan(80)
  })
})
