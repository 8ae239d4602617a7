import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBundle } from '../../../../plugin/cli/read-bundle.ts'
import { runChecks } from '../../../../plugin/engine/run.ts'
import type { Snapshot } from '../../../../plugin/engine/snapshot.ts'
import { checks } from '../../../../plugin/gen/checks.ts'
import { compare } from '../../../../plugin/model/diff/compare.ts'
import { differenceSchema } from '../../../../plugin/model/diff/difference.ts'
import { comparedParts } from '../../../../plugin/model/diff/node-topics.ts'
import { ok, unavailable } from '../../../../shared/reading.ts'
import {
  apiNode,
  condition,
  configMap,
  container,
  daemonSet,
  pod,
  service,
  slice,
} from '../../../support/api-objects.ts'
import { diff } from '../../../support/diff-sides.ts'
import { iptables } from '../../../support/filter-scene.ts'
import { cniConfig, configFile, link, links, plugin, route, routes, sysctls } from '../../../support/host-objects.ts'
import { report } from '../../../support/report-objects.ts'
import { type GivenCluster, type GivenParts, minutesAgo } from '../../../support/snapshot.ts'

const denied = unavailable('denied', 'not allowed')

const changesOf = (a: GivenParts, b: GivenParts) =>
  diff({ nodes: { n1: a } }, { nodes: { n1: b } }).changes.map(
    ({ fact, before, after }) => `${fact}: ${before} → ${after}`,
  )

const healthy: GivenParts = {
  sysctls: sysctls({ 'net/ipv4/ip_forward': '1' }),
  links: links(
    link('eth0', ['10.0.0.1/24', 'fe80::1/64'], { mtu: 1500 }),
    link('veth1a2b', [], { kind: 'veth', mtu: 1500 }),
  ),
  routes: routes(route('10.244.1.0/24', 'eth0', { gateway: '10.0.0.2' }), route('10.244.0.7/32', 'cali12345678901')),
  cniConfig: cniConfig(configFile('10-net.conflist', { plugins: [plugin('bridge', { mtu: 1450 })] })),
}

describe('settings of nodes', () => {
  test('a changed setting, size, route and configuration is a change', () => {
    expect(changesOf(healthy, { ...healthy, sysctls: sysctls({ 'net/ipv4/ip_forward': '0' }) })).toEqual([
      'net/ipv4/ip_forward: 1 → 0',
    ])
    expect(changesOf(healthy, { ...healthy, links: links(link('eth0', ['10.0.0.1/24'], { mtu: 1400 })) })).toEqual([
      'MTU of eth0: 1500 → 1400',
    ])
    expect(changesOf(healthy, { ...healthy, routes: routes() })).toEqual([
      'route to 10.244.1.0/24: via 10.0.0.2 dev eth0 → (none)',
    ])
    const smaller = cniConfig(configFile('10-net.conflist', { plugins: [plugin('bridge', { mtu: 1400 })] }))
    expect(changesOf(healthy, { ...healthy, cniConfig: smaller })).toEqual([
      'CNI configuration 10-net.conflist: "mtu": 1450 → "mtu": 1400',
    ])
  })

  test('devices and routes of pods, and the order of lists, are no change', () => {
    const later: GivenParts = {
      ...healthy,
      links: links(link('vethffff', [], { kind: 'veth' }), link('eth0', ['fe80::2/64', '10.0.0.1/24'], { mtu: 1500 })),
      routes: routes(route('10.244.0.9/32', 'cali9'), route('10.244.1.0/24', 'eth0', { gateway: '10.0.0.2' })),
    }
    expect(changesOf(healthy, later)).toEqual([])
  })

  test('policies and rules of others are compared, those that Kubernetes and CNIs write are not', () => {
    const filter = (...lines: string[]) => ({
      iptables: iptables({ nft: ['*filter', ...lines, 'COMMIT', ''].join('\n') }),
    })
    const before = filter(':FORWARD ACCEPT [0:0]', ':KUBE-SVC-A - [0:0]', '-A FORWARD -j KUBE-FORWARD')
    const after = filter(
      ':FORWARD DROP [9:9]',
      ':KUBE-SVC-B - [0:0]',
      '-A FORWARD -j CNI-FORWARD',
      '-A FORWARD -s 10.0.0.9/32 -j DROP',
      '-A KUBE-SVC-B -j RETURN',
    )
    expect(changesOf(before, after)).toEqual([
      'iptables-nft -t filter, chain FORWARD: (none) → policy DROP ; -s 10.0.0.9/32 -j DROP',
    ])
    expect(changesOf(before, filter(':FORWARD ACCEPT [7:7]', ':KUBE-SVC-C - [0:0]'))).toEqual([])
  })

  test('the uplink of a node that is a container is no device of a pod', () => {
    const uplink = (mtu: number) => ({ links: links(link('eth0', [], { kind: 'veth', mtu })) })
    expect(changesOf(uplink(1500), uplink(1400))).toEqual(['MTU of eth0: 1500 → 1400'])
  })

  test('the same change on several nodes is one', () => {
    const other = { ...healthy, sysctls: sysctls({ 'net/ipv4/ip_forward': '0' }) }
    const { changes } = diff(
      { nodes: { n1: healthy, n2: healthy, n3: healthy } },
      { nodes: { n1: other, n2: healthy, n3: other } },
    )
    expect(changes).toEqual([expect.objectContaining({ fact: 'net/ipv4/ip_forward', nodes: ['n1', 'n3'] })])
  })

  test('nodes that came and went are named, and are no gap', () => {
    const { nodes, notComparable } = diff(
      { nodes: { n1: healthy, n2: healthy } },
      { nodes: { n2: healthy, n3: healthy } },
    )
    expect(nodes).toEqual({ new: ['n3'], gone: ['n1'] })
    expect(notComparable).toEqual([])
  })
})

describe('what one side does not know', () => {
  test('is a gap with the reason, on whichever side it is, and never a change', () => {
    for (const [a, b, at] of [
      [healthy, { ...healthy, sysctls: denied }, 'b'],
      [{ ...healthy, sysctls: denied }, healthy, 'a'],
    ] as const) {
      const { changes, notComparable } = diff({ nodes: { n1: a } }, { nodes: { n1: b } })
      expect(changes).toEqual([])
      expect(notComparable).toEqual([{ what: 'sysctls', nodes: ['n1'], side: at, why: 'not allowed' }])
    }
  })

  test('of a single setting is a gap of that setting', () => {
    const partly = { ...healthy, sysctls: sysctls({ 'net/ipv4/ip_forward': denied }) }
    expect(diff({ nodes: { n1: healthy } }, { nodes: { n1: partly } }).notComparable).toEqual([
      expect.objectContaining({ what: 'net/ipv4/ip_forward', side: 'b' }),
    ])
  })

  test('a node that was not read is one gap', () => {
    const { notComparable } = diff({ nodes: { n1: healthy } }, { nodes: { n1: 'no agent there' } })
    expect(notComparable).toEqual([{ what: 'the node itself', nodes: ['n1'], side: 'b', why: 'no agent there' }])
  })

  test('that there are no policies is knowledge, which the other side may lack', () => {
    expect(diff({ cluster: { networkPolicies: [] } }, {}).notComparable).toEqual([
      expect.objectContaining({ what: 'networkPolicies', side: 'b' }),
    ])
  })

  test('what neither side knows is counted and is no gap', () => {
    const { notComparable, readByNeither } = diff({ nodes: { n1: {} } }, { nodes: { n1: {} } })
    expect(notComparable).toEqual([])
    expect(readByNeither).toBeGreaterThan(0)
  })

  test('a check that gave an answer on one side alone is a gap', () => {
    const notRun = [{ code: 'DNS010', why: 'no log', nodes: [] }]
    const checks = { run: 1, notApplicable: [], notRun, crashed: [] }
    expect(diff({}, { report: report({ checks }) }).notComparable).toEqual([
      { what: 'DNS010', nodes: [], side: 'b', why: 'no log' },
    ])
    expect(diff({ report: report({ checks }) }, { report: report({ checks }) }).notComparable).toEqual([])
  })
})

describe('objects of the API', () => {
  test('version, image, configuration and endpoints are compared', () => {
    const corefile = (text: string) => configMap('coredns', { Corefile: text })
    const a = {
      configMaps: [corefile('.:53 {\n  forward . /etc/resolv.conf\n}')],
      daemonSets: [daemonSet('kube-proxy', 'kube-proxy:v1.35.0')],
    }
    const b = {
      configMaps: [corefile('.:53 {\n  forward . 8.8.8.8\n}')],
      daemonSets: [daemonSet('kube-proxy', 'kube-proxy:v1.36.0')],
    }
    const { changes } = diff({ cluster: a }, { cluster: b })
    expect(changes.map(({ before, after }) => [before, after])).toEqual([
      ['kube-proxy:v1.35.0', 'kube-proxy:v1.36.0'],
      ['forward . /etc/resolv.conf', 'forward . 8.8.8.8'],
    ])
  })

  test('a ConfigMap that may not be read is not gone', () => {
    const map = configMap('coredns', { Corefile: 'a\nb' })
    const { changes, notComparable } = diff(
      { cluster: { configMaps: [map] } },
      { cluster: { configMaps: [{ ...map, data: denied }] } },
    )
    expect(changes).toEqual([])
    expect(notComparable).toHaveLength(1)
  })

  test('pods that were made again, new times and other counts of events are no change', () => {
    const at = (minutes: number, suffix: string): GivenCluster => ({
      nodes: [apiNode({ name: 'n1', conditions: [condition({ since: minutesAgo(minutes) })] })],
      pods: [
        pod({ name: `web-${suffix}`, createdAt: minutesAgo(minutes), containers: [container({ restarts: minutes })] }),
      ],
      services: [service()],
      endpointSlices: [slice({ name: `web-${suffix}` })],
    })
    const { changes, notComparable } = diff({ cluster: at(60, 'a') }, { cluster: at(5, 'b') })
    expect({ changes, notComparable }).toEqual({ changes: [], notComparable: [] })
  })
})

const bundle = async (path: string): Promise<Snapshot> =>
  readBundle(fileURLToPath(new URL(`../../../bundles/${path}`, import.meta.url)), { checks, shown: comparedParts })

test('a recording does not differ from itself, and a difference has the published shape', async () => {
  for (const path of ['by-hand', 'k3s', 'debian-trixie']) {
    const recorded = await bundle(path)
    const judged = { name: path, snapshot: recorded, report: runChecks(recorded, checks) }
    const difference = compare(judged, judged)
    expect(difference).toMatchObject({
      changes: [],
      notComparable: [],
      nodes: { new: [], gone: [] },
      findings: { new: [], gone: [], changed: [], unknown: [] },
    })
    expect(differenceSchema.safeParse(difference).success).toBe(true)
  }
})

const anyParts = fc.record({
  forward: fc.constantFrom('0', '1', denied),
  mtu: fc.constantFrom(1500, 1400, null),
  table: fc.constantFrom(routes(), routes(route('10.244.1.0/24', 'eth0')), denied),
})

test('the other way round, the same changes stand with their sides exchanged', () => {
  const partsOf = ({
    forward,
    mtu,
    table,
  }: {
    forward: string | typeof denied
    mtu: number | null
    table: GivenParts['routes']
  }): GivenParts => ({
    sysctls: sysctls({ 'net/ipv4/ip_forward': typeof forward === 'string' ? ok(forward) : forward }),
    links: mtu === null ? denied : links(link('eth0', [], { mtu })),
    routes: table ?? denied,
  })
  fc.assert(
    fc.property(anyParts, anyParts, (one, other) => {
      const forth = diff({ nodes: { n1: partsOf(one) } }, { nodes: { n1: partsOf(other) } })
      const back = diff({ nodes: { n1: partsOf(other) } }, { nodes: { n1: partsOf(one) } })
      expect(back.changes).toEqual(
        forth.changes.map(change => ({ ...change, before: change.after, after: change.before })),
      )
      expect(new Set(back.notComparable.map(({ what, side }) => `${what} ${side === 'a' ? 'b' : 'a'}`))).toEqual(
        new Set(forth.notComparable.map(({ what, side }) => `${what} ${side}`)),
      )
      expect(back.readByNeither).toBe(forth.readByNeither)
    }),
  )
})
