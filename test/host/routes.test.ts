import { describe, expect, test } from 'vitest'
import type { Route } from '../../shared/formats/route.ts'
import { given } from '../support/collect.ts'
import { makeNamespace } from '../support/namespace.ts'
import { needs } from '../support/requirements.ts'

const table = `
ip link add e0 type veth peer name e1
ip link set e1 up
ip addr add 192.168.7.2/24 dev e0
ip addr add fd00:7::2/64 dev e0 nodad
ip link set e0 up
ip route add default via 192.168.7.1 metric 100
ip route add 10.244.2.0/24 via 192.168.7.12
ip route add 10.244.3.0/24 via 10.244.3.0 dev e0 onlink
ip route add blackhole 10.244.1.64/26
ip route add unreachable 10.245.0.0/16
ip route add prohibit 10.246.0.0/16
ip route add 10.250.0.0/16 via 192.168.7.99 table 200
ip -6 route add default via fd00:7::1 metric 1024
ip -6 route add fd00:2::/64 via fd00:7::12
ip -6 route add blackhole fd00:3::/64`

/** As far as /proc tells them apart: it has no policy tables, no local ones of IPv4, and fewer types. */
const inProc = (routes: readonly Route[]) =>
  routes
    .filter(({ family, table: name }) => (family === 4 ? name === 'main' : true))
    .map(route => ({ ...route, ...simplify(route) }))
    .map(route => JSON.stringify(route, Object.keys(route).sort()))
    .sort()

function simplify({ family, type, device }: Route): Pick<Route, 'type' | 'device'> {
  const refused = family === 4 ? ['prohibit'] : ['prohibit', 'blackhole']
  return { type: refused.includes(type) ? 'unreachable' : type, device }
}

describe.runIf(needs('routes of the kernel', 'root', 'network namespaces', 'iproute2'))('routes', () => {
  test('the tables of the kernel are what ip prints of them', () => {
    const namespace = makeNamespace()
    namespace.run(table)
    const printed = given(namespace.collect(['routes']).routes)
    const read = given(namespace.collect(['routes'], 'files').routes)
    expect([printed.complete, read.complete]).toEqual([true, false])
    expect(inProc(read.routes)).toEqual(inProc(printed.routes))
    expect(printed.routes.length).toBeGreaterThan(15)
  })

  test('gateways, refusals and policy tables', () => {
    const namespace = makeNamespace()
    namespace.run(table)
    const { routes } = given(namespace.collect(['routes']).routes)
    const find = (destination: string) => routes.find(route => route.destination === destination)
    expect(find('0.0.0.0/0')).toMatchObject({ gateway: '192.168.7.1', device: 'e0', metric: 100, table: 'main' })
    expect(find('10.244.3.0/24')).toMatchObject({ gateway: '10.244.3.0', type: 'unicast' })
    expect(find('10.244.1.64/26')).toMatchObject({ gateway: null, device: null, type: 'blackhole' })
    expect(find('10.246.0.0/16')).toMatchObject({ type: 'prohibit' })
    expect(find('10.250.0.0/16')).toMatchObject({ gateway: '192.168.7.99', table: '200' })
    expect(find('::/0')).toMatchObject({ family: 6, gateway: 'fd00:7::1' })
    expect(find('fd00:3::/64')).toMatchObject({ family: 6, type: 'blackhole' })
  })

  test('a route over several hops is one of each, of which /proc knows the first', () => {
    const namespace = makeNamespace()
    namespace.run(`${table}
ip route add 10.9.0.0/16 nexthop via 192.168.7.21 nexthop via 192.168.7.22`)
    const hops = (sources: 'all' | 'files') =>
      given(namespace.collect(['routes'], sources).routes)
        .routes.filter(({ destination }) => destination === '10.9.0.0/16')
        .map(({ gateway }) => gateway)
    expect(hops('all')).toEqual(['192.168.7.21', '192.168.7.22'])
    expect(hops('files')).toEqual(['192.168.7.21'])
  })
})
