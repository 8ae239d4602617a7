import type { Route } from '../../../shared/formats/route.ts'
import { type Address, parseAddress } from '../../../shared/ip.ts'
import type { PodNamespaces } from '../../../shared/node/pod-namespaces.ts'
import { isOk } from '../../../shared/reading.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { Service } from '../../cluster/services.ts'
import { type Draft, found, nodeCheck, notApplicable } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { memoise } from '../../model/memo.ts'
import { isLive, podKey } from '../../model/pods.ts'
import { lookUpRoute } from '../../model/route-lookup.ts'
import { describeRoute } from '../../model/route-text.ts'

export default nodeCheck({
  code: 'RTE011',
  severity: 'warning',
  title: 'Routes inside a pod lead away from the cluster',
  explains: ['NET003', 'NET002', 'SVC002', 'DNS001', 'DNS017', 'POD005'],
  needs: ['podNamespaces'],
  cluster: ['pods', 'services'],
  run: ({ node, parts: { podNamespaces }, cluster: { pods, services } }) => {
    const byUid = podsByUid(pods)
    const targets = [...serviceTargets(services), ...podTargets(pods)]
    if (targets.length === 0) return notApplicable('there are no services and no other pods')
    const drafts = podNamespaces.namespaces.flatMap(each => {
      const pod = podOf(each, byUid)
      const stray = pod && !pod.hostNetwork ? strayRoute(each, pod, targets) : null
      if (pod && stray) return [draft(node, pod, stray)]
      return pod && isLive(pod) && !pod.hostNetwork && hasNoWay(each, pod, targets) ? [wayless(node, pod)] : []
    })
    return found(...drafts)
  },
})

const podsByUid = memoise((pods: readonly Pod[]): ReadonlyMap<string, Pod> => new Map(pods.map(pod => [pod.uid, pod])))

type Namespace = PodNamespaces['namespaces'][number]

const podOf = ({ isHost, pods }: Namespace, byUid: ReadonlyMap<string, Pod>): Pod | undefined =>
  isHost ? undefined : pods.flatMap(({ uid }) => byUid.get(uid) ?? [])[0]

interface Target {
  readonly name: string
  readonly address: Address
}

/** A few of each are enough: routes that lead away cover much. */
const mostTargets = 20

const serviceTargets = memoise((services: readonly Service[]): readonly Target[] =>
  services
    .flatMap(({ namespace, name, clusterIPs }) =>
      clusterIPs.flatMap(ip => targetOf(`service ${namespace}/${name}`, ip)),
    )
    .slice(0, mostTargets),
)

const podTargets = memoise((pods: readonly Pod[]): readonly Target[] =>
  pods
    .filter(pod => !pod.hostNetwork && isLive(pod))
    .flatMap(pod => pod.ips.flatMap(ip => targetOf(`pod ${podKey(pod)}`, ip)))
    .slice(0, mostTargets),
)

function targetOf(name: string, ip: string): Target[] {
  const address = parseAddress(ip)
  return address ? [{ name, address }] : []
}

interface Stray {
  readonly route: Route
  readonly target: Target
}

/** The first service or pod that is not reached by the device with the pod's own address. */
function strayRoute({ network }: Namespace, pod: Pod, targets: readonly Target[]): Stray | null {
  if (!isOk(network) || !isOk(network.value.routes) || !isOk(network.value.addresses)) return null
  const own = network.value.addresses.value.find(({ address }) => pod.ips.includes(address.replace(/\/\d+$/, '')))
  if (!own) return null
  const table = { routes: network.value.routes.value, complete: false }
  for (const target of targets) {
    const answer = lookUpRoute(table, null, { to: target.address })
    if (answer.kind !== 'found') continue
    const [route] = answer.ways
    if (route.device !== null && route.device !== own.device && route.device !== 'lo') return { route, target }
  }
  return null
}

const draft = (node: string, pod: Pod, { route, target }: Stray): Draft => ({
  subject: { kind: 'Pod', namespace: pod.namespace, name: pod.name, nodes: [node] },
  confidence: 'likely',
  message: `a route inside of pod ${podKey(pod)} sends packets for ${target.name} to ${route.device}`,
  evidence: [
    {
      at: `Pod ${podKey(pod)}: ip route`,
      observed: describeRoute(route),
      expected: `packets for ${target.name} to leave by the device with the pod’s address`,
    },
  ],
  danger: 'the pod does not reach services, DNS or pods of the cluster while the VPN or sidecar holds these routes',
  remedies: [
    {
      title:
        'let the VPN or sidecar take only the networks that it is meant for, or leave out the ranges of services and pods',
      commands: [
        onWorkstation(`kubectl -n ${quote(pod.namespace)} exec ${quote(pod.name)} -- ip route`),
        onWorkstation(`kubectl -n ${quote(pod.namespace)} get pod ${quote(pod.name)} -o yaml`),
      ],
      risk: 'none',
    },
  ],
})

/** No service and no pod of others has a route, though the address is there: the default route is lost, or its device is down. */
function hasNoWay({ network }: Namespace, pod: Pod, targets: readonly Target[]): boolean {
  if (!isOk(network) || !isOk(network.value.routes) || !isOk(network.value.addresses)) return false
  const own = network.value.addresses.value.some(({ address }) => pod.ips[0] === address.replace(/\/\d+$/, ''))
  const family = parseAddress(pod.ips[0] ?? '')?.family
  const others = targets.filter(({ address, name }) => address.family === family && name !== `pod ${podKey(pod)}`)
  const table = { routes: network.value.routes.value, complete: false }
  const isService = ({ name }: Target) => name.startsWith('service ')
  return (
    own &&
    others.some(isService) &&
    others.filter(isService).every(({ address }) => lookUpRoute(table, null, { to: address }).kind === 'none')
  )
}

const wayless = (node: string, pod: Pod): Draft => ({
  subject: { kind: 'Pod', namespace: pod.namespace, name: pod.name, nodes: [node] },
  key: 'none',
  severity: 'error',
  message: `pod ${podKey(pod)} on ${node} has no route out of its own network: no default route, or its device is down`,
  evidence: [
    {
      at: `Pod ${podKey(pod)}: ip route`,
      observed: 'no route to any service',
      expected: 'a default route by the device with the pod’s address',
    },
  ],
  danger: 'the pod reaches no service and no DNS, and answers nobody outside of its own network',
  remedies: [
    {
      title: 'make the pod anew: its network is set up again with it',
      commands: [onWorkstation(`kubectl -n ${quote(pod.namespace)} delete pod ${quote(pod.name)}`)],
      risk: 'disruptive',
      rollback: 'none is needed where something owns the pod',
    },
  ],
})
