import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareRules } from '../../../../plugin/model/service-rules/comparison.ts'
import { expectedRules } from '../../../../plugin/model/service-rules/expected-rules.ts'
import { iptablesRules } from '../../../../plugin/model/service-rules/iptables-rules.ts'
import { parseIptablesSave } from '../../../../shared/formats/iptables-save.ts'
import { isOk, ok, unavailable } from '../../../../shared/reading.ts'
import { iptablesOf, type Written } from '../../../support/kube-proxy-rules.ts'
import { randomServices, slicesOf } from '../../../support/random-services.ts'

const runs = { numRuns: 40 }
const none = unavailable('missing', 'the kernel has none')

function compare(written: readonly Written[], text: string, backend: 'nft' | 'legacy' = 'nft') {
  const saved = ok({ ...parseIptablesSave(text), command: '', complaints: [], warnsOfLegacy: false })
  const family = {
    legacyTables: none,
    legacy: backend === 'legacy' ? saved : none,
    nft: backend === 'nft' ? saved : none,
  }
  const empty = { legacyTables: none, legacy: none, nft: none }
  const observed = iptablesRules({ version: none, ipv4: family, ipv6: empty })
  if (!isOk(observed)) throw new Error(observed.detail)
  return compareRules(expectedRules(written.map(({ service }) => service))(slicesOf(written)), observed.value, 'node1')
}

test('rules that kube-proxy writes do not deviate, with and without comments, in both kinds of tables', () => {
  fc.assert(
    fc.property(randomServices, fc.boolean(), fc.constantFrom('nft', 'legacy'), (written, comments, backend) => {
      const { deviations, affinity, compared } = compare(written, iptablesOf(written, { comments }), backend)
      expect(deviations).toEqual([])
      expect(affinity).toEqual([])
      expect(compared).toBeGreaterThanOrEqual(written.length)
    }),
    runs,
  )
})

/** A rule of one backend, by its line. */
const rulesOf = (text: string, pattern: RegExp) =>
  text.split('\n').flatMap((line, i) => (pattern.test(line) ? [i] : []))

const without = (text: string, dropped: number) =>
  text
    .split('\n')
    .filter((_, i) => i !== dropped)
    .join('\n')

test('one lost rule of a service or a backend is found', () => {
  fc.assert(
    fc.property(randomServices, fc.nat(), (written, seed) => {
      const text = iptablesOf(written)
      const candidates = rulesOf(
        text,
        /-A KUBE-(?:SERVICES .*-j KUBE-SVC|NODEPORTS|SVC-\w+ (?!.*rcheck).*-j KUBE-SEP|SEP-.*DNAT)/,
      )
      fc.pre(candidates.length > 0)
      const dropped = candidates[seed % candidates.length] ?? 0
      expect(compare(written, without(text, dropped)).deviations).not.toEqual([])
    }),
    runs,
  )
})

test('one backend that leads elsewhere is found, and where it leads', () => {
  fc.assert(
    fc.property(randomServices, fc.nat(), (written, seed) => {
      const text = iptablesOf(written)
      const candidates = rulesOf(text, /DNAT/)
      fc.pre(candidates.length > 0)
      const changed = candidates[seed % candidates.length]
      const mutated = text
        .split('\n')
        .map((line, i) => (i === changed ? line.replace(/[\d.]+:\d+$/, '192.0.2.9:9') : line))
      const { deviations } = compare(written, mutated.join('\n'))
      expect(new Set(deviations.flatMap(({ stale }) => stale))).toEqual(new Set(['192.0.2.9:9']))
    }),
    runs,
  )
})

test('every frontend that leads somewhere deviates when its service asks for another affinity than before', () => {
  fc.assert(
    fc.property(randomServices, written => {
      const asked = ({ service, backends }: Written): Written => {
        const { timeout } = service.sessionAffinity
        const changed = { type: 'ClientIP', timeout: timeout === null ? 600 : timeout + 1 }
        return { service: { ...service, sessionAffinity: changed }, backends }
      }
      const { affinity, deviations } = compare(written.map(asked), iptablesOf(written))
      expect(deviations).toEqual([])
      const led = written.flatMap(({ service, backends }) =>
        service.ports.flatMap(({ nodePort }, i) => (backends[i]?.length ? [1, ...(nodePort === null ? [] : [1])] : [])),
      )
      expect(affinity).toHaveLength(led.length)
    }),
    runs,
  )
})

test('a rule that an older program cannot print is told by the name of its chain', () => {
  fc.assert(
    fc.property(randomServices, written => {
      const text = iptablesOf(written).replaceAll(/DNAT --to-destination .*/g, 'DNAT [unsupported revision]')
      expect(compare(written, text).deviations).toEqual([])
    }),
    runs,
  )
})

test('a service that is refused although it has endpoints deviates', () => {
  fc.assert(
    fc.property(randomServices, written => {
      const before = written.map(each => ({ ...each, backends: each.backends.map(() => []) }))
      const { deviations } = compare(written, iptablesOf(before))
      const cluster = deviations.filter(({ frontend }) => !frontend.key.startsWith('node'))
      expect(cluster.every(({ kind }) => kind === 'refused')).toBe(true)
      expect(cluster).toHaveLength(written.flatMap(({ backends }) => backends.filter(list => list.length > 0)).length)
    }),
    runs,
  )
})

test('a dump that was cut says nothing', () => {
  const cut = ok({
    ...parseIptablesSave('*nat\n:KUBE-SERVICES - [0:0]\n'),
    command: '',
    complaints: [],
    warnsOfLegacy: false,
  })
  const family = { legacyTables: none, legacy: none, nft: cut }
  expect(iptablesRules({ version: none, ipv4: family, ipv6: family })).toMatchObject({ reason: 'too-large' })
})

const onlyLegacy = (text: string) => {
  const legacy = ok({ ...parseIptablesSave(text), command: '', complaints: [], warnsOfLegacy: false })
  const family = { legacyTables: none, legacy, nft: unavailable('not-recorded', 'not recorded') }
  return iptablesRules({ version: none, ipv4: family, ipv6: { legacyTables: none, legacy: none, nft: none } })
}
const emptyNat = '*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n'

test('an emptied table counts where kube-proxy writes to the same kind of tables, though the other kind was not read', () => {
  const filter = '*filter\n:KUBE-FORWARD - [0:0]\n-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n'
  const observed = onlyLegacy(`${filter}${emptyNat}`)
  expect(isOk(observed) && observed.value.frontends.size).toBe(0)
  expect(isOk(onlyLegacy(emptyNat))).toBe(false)
})
