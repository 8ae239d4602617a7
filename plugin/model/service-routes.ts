import { parseAddress } from '../../shared/ip.ts'
import type { Routes } from '../../shared/node/routes.ts'
import type { Rules } from '../../shared/node/rules.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Service } from '../cluster/services.ts'
import type { Draft } from '../engine/check.ts'
import { onNode } from './command.ts'
import type { ComponentId } from './components.ts'
import { podKey } from './pods.ts'
import { lookUpRoute } from './route-lookup.ts'
import { describeRoute } from './route-text.ts'
import { isKubeProxy } from './service-proxy.ts'

interface Input {
  readonly services: Reading<readonly Service[]>
  readonly pods: Reading<readonly Pod[]>
  readonly nodes: ReadonlyMap<string, { readonly routes: Reading<Routes>; readonly rules: Reading<Rules> }>
  readonly products: ReadonlySet<ComponentId>
}

/**
 * Nodes of which a route or rule refuses the addresses of services. Programs of the host look for a route before the rules
 * of kube-proxy are asked; packets of pods meet those rules first.
 */
export function findServicesRefused({ services, pods, nodes, products }: Input): readonly Draft[] {
  if (!isOk(services)) return []
  const hasProxy = (node: string) => isOk(pods) && pods.value.some(pod => pod.node === node && isKubeProxy(pod))
  const isReplaced = replacing.some(id => products.has(id))
  return [...nodes].flatMap(([node, tables]) => {
    if (!isOk(tables.routes) || (isReplaced && !hasProxy(node))) return []
    const refused = services.value.flatMap(service =>
      refusalOf(service, { routes: tables.routes, rules: tables.rules }),
    )
    return refused.length > 0 ? [draft(node, refused)] : []
  })
}

/** They may take connections before any route is looked for. */
const replacing: readonly ComponentId[] = ['cilium', 'calico', 'antrea', 'ovn-kubernetes', 'kube-ovn']

interface Refusal {
  readonly service: Service
  readonly ip: string
  readonly by: string
  /** Null where a policy rule refuses. */
  readonly destination: string | null
}

function refusalOf(service: Service, { routes, rules }: { routes: Reading<Routes>; rules: Reading<Rules> }): Refusal[] {
  if (!isOk(routes)) return []
  return service.clusterIPs.flatMap(ip => {
    const to = parseAddress(ip)
    const answer = to === null ? null : lookUpRoute(routes.value, rules, { to })
    if (answer?.kind !== 'refused' || answer.route?.destination.endsWith('/0')) return []
    const { route } = answer
    return [{ service, ip, by: route ? describeRoute(route) : answer.by, destination: route?.destination ?? null }]
  })
}

function draft(node: string, refused: readonly Refusal[]): Draft {
  const [first] = refused
  const routes = [...new Set(refused.flatMap(({ by, destination }) => (destination === null ? [] : [by])))]
  return {
    subject: { kind: 'Node', name: node },
    key: 'services',
    message: `${node} refuses packets of its own programs to ${refused.length === 1 ? 'a service' : `${refused.length} services`}: ${first?.by}`,
    evidence: refused.slice(0, 3).map(({ service, ip, by }) => ({
      at: `${node}: ip route get ${ip}`,
      observed: by,
      expected: `a way, from which the rules of kube-proxy take it on (service ${podKey(service)})`,
    })),
    danger:
      'nothing in the network of the host reaches a service there, that of the API included: agents of CNIs, node caches, host-network pods',
    remedies: [
      {
        title: 'take it out where it is made: VPN, router daemon or network unit',
        commands: [
          onNode('ip rule; ip route show type blackhole; ip route show type unreachable'),
          ...routes.map(route => onNode(`ip route del ${route}`)),
        ],
        risk: 'low',
        rollback:
          routes.map(route => `ip route add ${route}`).join('; ') ||
          'write the policy rule again as ip rule printed it',
      },
    ],
  }
}
