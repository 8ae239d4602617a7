import { describe, expect, test } from 'vitest'
import type { Snapshot } from '../../../../plugin/engine/snapshot.ts'
import { unavailable } from '../../../../shared/reading.ts'
import { container, crashing, daemonPod, matching, pod, policy, servicePort } from '../../../support/api-objects.ts'
import { bridge, link, links, overlay, route, routes, sysctls } from '../../../support/host-objects.ts'
import { hostOf, routeTo } from '../../../support/node-routes.ts'
import {
  answerOf,
  db,
  dbRules,
  dbService,
  dbSlice,
  flannel,
  notable,
  pathSnapshot,
  web,
} from '../../../support/path-scene.ts'
import { hostSockets, podNamespaces } from '../../../support/pod-network.ts'
import { snapshot } from '../../../support/snapshot.ts'

const toService = (given: Snapshot) => answerOf(given, 'web', 'svc/db')

test('a connection that works is followed to its end', () => {
  const answer = toService(pathSnapshot())
  expect([answer.state, notable(answer)]).toEqual(['ok', []])
  expect(answer.ways).toMatchObject([{ target: 'pod/default/db-1', address: '10.244.2.7:5432', node: 'node2' }])
  expect(answer.nodes).toEqual(['node1', 'node2'])
  expect(answer.ways[0]?.hops.map(({ step, place }) => `${step} ${place}`)).toEqual([
    ...['egress pod/default/web', 'filter node1', 'route node1', 'filter node2', 'route node2'],
    ...['ingress pod/default/db-1', 'target pod/default/db-1', 'back node2'],
  ])
})

const rules = (text: string) => `*filter\n:FORWARD ACCEPT\n:INPUT ACCEPT\n${text}\nCOMMIT\n`
const off = sysctls({ 'net/ipv4/ip_forward': '0' })
const near = pod({ name: 'db-1', labels: { app: 'db' }, ips: ['10.244.1.8'], uid: 'uid-of-db-1' })
const together = {
  pods: [web, near],
  cluster: { endpointSlices: [dbSlice(near)] },
  node1: {
    ...dbRules(['10.244.1.8:5432']),
    podNamespaces: podNamespaces({ name: 'db-1', listens: ['0.0.0.0:5432'] }),
  },
}
const nothingBridged = sysctls({ 'net/ipv4/ip_forward': '1', 'net/bridge/bridge-nf-call-iptables': '0' })

describe('blocks', () => {
  test.each<readonly [string, Snapshot, string]>([
    [
      'a source without a node',
      pathSnapshot({ pods: [{ ...web, node: null, ips: [] }, db] }),
      'source pod/default/web',
    ],
    ['a source without an address', pathSnapshot({ pods: [{ ...web, ips: [] }, db] }), 'source pod/default/web'],
    [
      'a selector of nobody',
      pathSnapshot({ pods: [web], cluster: { endpointSlices: [] } }),
      'service service/default/db',
    ],
    [
      'pods that are not ready',
      pathSnapshot({
        pods: [web, { ...db, ...crashing('db') }],
        cluster: { endpointSlices: [dbSlice({ ...db, ready: false })] },
      }),
      'service service/default/db',
    ],
    [
      'a local service without an endpoint here',
      pathSnapshot({ cluster: { services: [{ ...dbService, internalTrafficPolicy: 'Local' }] } }),
      'service service/default/db',
    ],
    ['rules that lack the service', pathSnapshot({ node1: dbRules([]) }), 'rules node1'],
    ['rules that lead elsewhere', pathSnapshot({ node1: dbRules(['10.244.2.99:5432']) }), 'rules node1'],
    ['a policy of the source', pathSnapshot({ policies: [policy({ types: ['Egress'] })] }), 'egress pod/default/web'],
    ['a policy of the end', pathSnapshot({ policies: [policy()] }), 'ingress pod/default/db-1'],
    ['forwarding that is off', pathSnapshot({ node1: { sysctls: off } }), 'filter node1'],
    [
      'a rule of the source’s node',
      pathSnapshot({ node1: dbRules(['10.244.2.7:5432'], rules('-A FORWARD -d 10.244.2.0/24 -j DROP')) }),
      'filter node1',
    ],
    [
      'a rule of the other node',
      pathSnapshot({ node2: dbRules([], rules('-A FORWARD -s 10.244.1.0/24 -j REJECT')) }),
      'filter node2',
    ],
    [
      'a rule against replies',
      pathSnapshot({ node2: dbRules([], rules('-A FORWARD -p tcp -m tcp --sport 5432 -j DROP')) }),
      'back node2',
    ],
    ['a route that is missing', pathSnapshot({ node1: hostOf(1) }), 'route node1'],
    [
      'a route to another node',
      pathSnapshot({ node1: hostOf(1, routeTo(2, { gateway: '192.0.2.1' })) }),
      'route node1',
    ],
    [
      'a route of another program for a part of the range',
      pathSnapshot({ node1: hostOf(1, routeTo(2), route('10.244.2.0/25', 'vpn0')) }),
      'route node1',
    ],
    ['no route back', pathSnapshot({ node2: hostOf(2, route('10.244.1.0/24', 'eth9')) }), 'back node2'],
    [
      'a port that nobody serves',
      pathSnapshot({ node2: { podNamespaces: podNamespaces({ name: 'db-1', listens: ['0.0.0.0:80'] }) } }),
      'target pod/default/db-1',
    ],
    [
      'a port that is served inside only',
      pathSnapshot({ node2: { podNamespaces: podNamespaces({ name: 'db-1', listens: ['127.0.0.1:5432'] }) } }),
      'target pod/default/db-1',
    ],
    [
      'replies on a bridge that nothing translates',
      pathSnapshot({ ...together, node1: { ...together.node1, sysctls: nothingBridged } }),
      'back node1',
    ],
  ])('%s', (_, given, place) => {
    const answer = toService(given)
    expect(answer.state).toBe('blocked')
    expect(notable(answer)).toContain(`blocked ${place}`)
  })

  test('a pod from itself where the bridge has no hairpin', () => {
    const own = { ...web, labels: { app: 'db' } }
    const given = pathSnapshot({
      pods: [own],
      cluster: { endpointSlices: [dbSlice(own)] },
      node1: { ...dbRules(['10.244.1.7:5432']), bridges: { bridges: [bridge('cni0', [false])] } },
    })
    expect(notable(toService(given))).toContain('blocked back node1')
  })

  test('an overlay whose packets the other node refuses', () => {
    const way = { routes: routes(route('10.244.2.0/24', 'flannel.1'), route('192.0.2.0/24', 'eth0')) }
    const given = pathSnapshot({
      node1: {
        ...way,
        links: links(link('eth0', ['192.0.2.1/24']), link('flannel.1', [])),
        overlays: { overlays: [overlay('flannel.1')], complete: true },
      },
      node2: dbRules([], rules('-A INPUT -p udp -m udp --dport 8472 -j DROP')),
    })
    expect(notable(toService(given))).toContain('blocked overlay node2')
  })

  test('a port that the service does not have', () => {
    const answer = answerOf(pathSnapshot(), 'web', 'svc/db:80')
    expect(notable(answer)).toEqual(['blocked service service/default/db'])
    expect(answer.hops.at(-1)?.text).toContain('5432/TCP')
  })
})

test('same bridge, and packets that rules see: nothing blocks', () => {
  expect(notable(toService(pathSnapshot(together)))).toEqual([])
  const direct = pathSnapshot({ ...together, node1: { ...together.node1, sysctls: nothingBridged } })
  expect(answerOf(direct, 'web', 'pod/db-1:5432').state).toBe('ok')
})

test('one of two endpoints that is cut off blocks in part', () => {
  const given = pathSnapshot({
    pods: [web, db, near],
    cluster: { endpointSlices: [dbSlice(db, { ...near, name: 'db-2' })] },
    node1: { ...dbRules(['10.244.1.8:5432', '10.244.2.7:5432']), ...hostOf(1) },
  })
  expect(toService(given)).toMatchObject({ state: 'partly' })
})

describe('policies', () => {
  const denying = [policy()]
  test('that nobody enforces are told and block nothing', () => {
    const answer = toService(pathSnapshot({ policies: denying, engine: flannel }))
    expect([answer.state, notable(answer)]).toEqual(['noted', ['noted ingress pod/default/db-1']])
  })
  test('of which nobody knows whether they are enforced are an open question', () => {
    const answer = toService(pathSnapshot({ policies: denying, engine: pod({ name: 'other', ips: [] }) }))
    expect(answer.state).toBe('not-looked-at')
  })
  test('are asked for the port behind the service', () => {
    const mapped = { ...dbService, ports: [servicePort(80, { targetPort: 5432 })] }
    const allowing = (port: number) =>
      policy({ ingress: [{ peers: [], ports: [{ protocol: 'TCP', port, endPort: null }] }] })
    const given = (port: number) => pathSnapshot({ policies: [allowing(port)], cluster: { services: [mapped] } })
    const state = (port: number) =>
      answerOf(given(port), 'web', 'svc/db').ways[0]?.hops.find(({ step }) => step === 'ingress')?.state
    expect([state(80), state(5432)]).toEqual(['blocked', 'ok'])
  })
  test('of an engine’s own kind are not read, which is said', () => {
    const answer = toService(pathSnapshot({ engine: daemonPod('quay.io/cilium/cilium:v1.17', 'cilium') }))
    expect(answer.state).toBe('not-looked-at')
  })
  test('do not touch what a node sends to its own pods', () => {
    expect(answerOf(pathSnapshot({ policies: denying }), 'node/node2', 'pod/db-1:5432').state).toBe('ok')
  })
})

describe('nothing unread looks well', () => {
  const gone = unavailable('denied', 'forbidden')
  test.each([
    ['routes', { routes: gone }],
    ['links and iptables', { iptables: gone }],
    ['settings of bridges and sockets', { podNamespaces: gone }],
  ] as const)('%s of the other node', (_, node2) => {
    expect(toService(pathSnapshot({ node2 })).state).toBe('not-looked-at')
  })
  test.each(['networkPolicies', 'namespaces', 'endpointSlices'] as const)('%s', part => {
    const cluster = part === 'endpointSlices' ? { endpointSlices: gone, endpoints: gone } : { [part]: gone }
    expect(toService(pathSnapshot({ cluster })).state).toBe('not-looked-at')
  })
  test('nodes to which no agent was sent', () => {
    const { cluster } = pathSnapshot()
    const given = { ...snapshot({ nodes: { node1: 'no agent was sent', node2: 'no agent was sent' } }), cluster }
    const answer = toService(given)
    expect(answer.state).toBe('not-looked-at')
    expect(notable(answer)).toContain('not-looked-at filter node2')
  })
  test('what is outside', () => {
    expect(answerOf(pathSnapshot(), 'web', '198.51.100.7:443').state).toBe('not-looked-at')
    expect(answerOf(pathSnapshot(), 'web', 'example.com:443').state).toBe('not-looked-at')
  })
})

describe('ends', () => {
  const replica = (name: string, node: string) =>
    pod({
      name,
      node,
      owner: { kind: 'ReplicaSet', name: 'shop-7d9f' },
      ips: [node === 'node1' ? '10.244.1.20' : '10.244.2.20'],
    })
  test('of a workload are its pods, of which the one that fares worst is told', () => {
    const given = pathSnapshot({
      pods: [replica('shop-7d9f-a', 'node2'), replica('shop-7d9f-b', 'node1'), db],
      node1: hostOf(1),
    })
    const answer = answerOf(given, 'shop', 'svc/db')
    expect(answer).toMatchObject({ from: 'pod/default/shop-7d9f-b', state: 'blocked' })
    expect(answer.sources).toHaveLength(2)
  })
  test('by address are whose the address is', () => {
    expect(answerOf(pathSnapshot(), 'web', '10.96.0.20:5432').to).toBe('service/default/db:5432')
    expect(answerOf(pathSnapshot(), 'web', '10.244.2.7:5432').to).toBe('pod/default/db-1:5432')
    expect(answerOf(pathSnapshot(), 'web', '192.0.2.2:10250').to).toBe('node/node2:10250')
  })
  test('that are nodes are judged by what listens there', () => {
    const given = pathSnapshot({ node2: { sockets: hostSockets(['0.0.0.0:10250', 'kubelet']) } })
    expect(answerOf(given, 'web', 'node/node2:10250').state).toBe('ok')
    expect(notable(answerOf(given, 'node/node1', 'node/node2:22'))).toEqual(['blocked target node/node2'])
  })
  test('that are headless services are called at the port of the service', () => {
    const headless = { ...dbService, headless: true, clusterIPs: [], ports: [servicePort(80, { targetPort: 5432 })] }
    const answer = answerOf(pathSnapshot({ cluster: { services: [headless] } }), 'web', 'svc/db')
    expect(answer.ways[0]?.address).toBe('10.244.2.7:80')
    expect(notable(answer)).toEqual(['noted service service/default/db', 'blocked target pod/default/db-1'])
  })
  test.each(['pod/nosuch:1', 'svc/nosuch', 'node/nosuch:1', 'pod/web'])('%s has to be said otherwise', to => {
    expect(() => answerOf(pathSnapshot(), 'web', to)).toThrow()
  })
  test('a container that does not run answers nobody', () => {
    const dead = {
      ...db,
      ready: false,
      containers: [container({ ready: false, state: 'waiting', reason: 'CrashLoopBackOff' })],
    }
    const given = pathSnapshot({ pods: [web, dead], policies: [policy({ podSelector: matching({ app: 'none' }) })] })
    expect(notable(answerOf(given, 'web', 'pod/db-1:5432'))).toContain('blocked target pod/default/db-1')
  })
})
