import type { NetworkPolicy } from '../../plugin/cluster/network-policies.ts'
import type { Pod } from '../../plugin/cluster/pods.ts'
import type { Snapshot } from '../../plugin/engine/snapshot.ts'
import { parseReference } from '../../plugin/model/path/grammar.ts'
import { answerPath, type PathAnswer } from '../../plugin/model/path/question.ts'
import { type Protocol, sceneOf } from '../../plugin/model/path/scene.ts'
import { parseNftRuleset } from '../../shared/formats/nft-json.ts'
import { unavailable } from '../../shared/reading.ts'
import { daemonPod, endpoint, namespace, pod, service, servicePort, slice } from './api-objects.ts'
import { given } from './collect.ts'
import { bridge, sysctls } from './host-objects.ts'
import { iptablesOf } from './kube-proxy-rules.ts'
import { hostOf, routedNode, routeTo } from './node-routes.ts'
import { podNamespaces } from './pod-network.ts'
import { proxyPods, savedRules, wellIn } from './service-rules-snapshot.ts'
import { type GivenCluster, type GivenParts, snapshot } from './snapshot.ts'

export const web = pod({ name: 'web', labels: { app: 'web' }, ips: ['10.244.1.7'], uid: 'uid-of-web' })
export const db = pod({
  name: 'db-1',
  labels: { app: 'db' },
  node: 'node2',
  ips: ['10.244.2.7'],
  uid: 'uid-of-db-1',
})
export const dbService = service({ name: 'db', selector: { app: 'db' }, ports: [servicePort(5432)] })

/** An engine that enforces policies by rules that a node shows. */
const calico = daemonPod('calico/node:v3.30', 'calico-node')
/** A network that enforces none. */
export const flannel = daemonPod('flannel/flannel:v0.26', 'kube-flannel')

/** The endpoints of the service by their pods. */
export const dbSlice = (...pods: readonly Pod[]) =>
  slice({
    service: 'db',
    ports: [{ name: '', port: 5432, protocol: 'TCP' }],
    endpoints: pods.map(({ name, node, ips, ready }) =>
      endpoint({ addresses: ips, node, ready, target: { kind: 'Pod', namespace: 'default', name } }),
    ),
  })

/** Rules of kube-proxy that lead the service to these backends, and what else is given, before them. */
export const dbRules = (backends: readonly string[], more = ''): GivenParts => ({
  iptables: savedRules(`${more}${iptablesOf([{ service: dbService, backends: [backends] }])}`),
})

const none = unavailable('missing', 'there is none')

/** A node that is well, with a route to the other. */
const host = (n: 1 | 2): GivenParts => ({
  ...hostOf(n, routeTo(n === 1 ? 2 : 1)),
  ...dbRules(['10.244.2.7:5432']),
  kubeProxy: wellIn('iptables'),
  rules: none,
  nft: given(parseNftRuleset('{"nftables": []}')),
  ipsets: none,
  overlays: { overlays: [], complete: true },
  sysctls: sysctls({ 'net/ipv4/ip_forward': '1', 'net/bridge/bridge-nf-call-iptables': '1' }),
  bridges: { bridges: [bridge('cni0', [true])] },
  podNamespaces: podNamespaces({ name: n === 1 ? 'web' : 'db-1', listens: ['0.0.0.0:5432'] }),
})

interface Change {
  readonly cluster?: GivenCluster
  readonly policies?: readonly NetworkPolicy[]
  readonly pods?: readonly Pod[]
  readonly engine?: Pod
  readonly node1?: GivenParts
  readonly node2?: GivenParts
}

/** `web` on node1 and `db` on node2 behind a service, all well but for what is changed. */
export const pathSnapshot = ({
  cluster,
  policies = [],
  pods = [web, db],
  engine = calico,
  node1,
  node2,
}: Change = {}) =>
  snapshot({
    cluster: {
      nodes: [routedNode(1), routedNode(2)],
      pods: [...pods, engine, ...proxyPods(['node1', 'node2'])],
      services: [dbService],
      endpointSlices: [dbSlice(db)],
      endpoints: [],
      daemonSets: [],
      calicoBlocks: [],
      ciliumNodes: [],
      networkPolicies: policies,
      namespaces: [namespace('default')],
      ...cluster,
    },
    nodes: { node1: { ...host(1), ...node1 }, node2: { ...host(2), ...node2 } },
  })

/** The answer of `path`; throws when the question is unclear. */
export function answerOf(given: Snapshot, from: string, to: string, protocol: Protocol = 'TCP'): PathAnswer {
  const [start, end] = [parseReference(from, 'default'), parseReference(to, 'default')]
  if (!start || !end) throw new Error('no reference')
  const answer = answerPath({ from: start, to: end, protocol }, sceneOf(given))
  if (!('hops' in answer)) throw new Error(answer.why)
  return answer
}

/** Hops that are not `ok`, as `blocked filter node1`. */
export const notable = ({ hops, ways }: PathAnswer): readonly string[] =>
  [...hops, ...ways.flatMap(way => way.hops)]
    .filter(({ state }) => state !== 'ok')
    .map(({ state, step, place }) => `${state} ${step} ${place}`)
