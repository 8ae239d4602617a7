import type { Pod } from '../../plugin/cluster/pods.ts'
import { parseIptablesSave } from '../../shared/formats/iptables-save.ts'
import type { Iptables } from '../../shared/node/iptables.ts'
import { ok, unavailable } from '../../shared/reading.ts'
import { apiNode, endpoint, service, slice } from './api-objects.ts'
import { kubeProxyPod } from './kube-proxy.ts'
import { iptablesOf } from './kube-proxy-rules.ts'
import { type GivenCluster, type GivenParts, snapshot } from './snapshot.ts'

const none = unavailable('missing', 'the kernel has none')

/** Rules of the newer kind of iptables as a dump has them. */
export const savedRules = (text: string): Iptables => {
  const nft = ok({ ...parseIptablesSave(text), command: 'iptables-save', complaints: [], warnsOfLegacy: false })
  const family = { legacyTables: none, legacy: none, nft: none }
  return { version: ok('iptables v1.8.9 (nf_tables)'), ipv4: { ...family, nft }, ipv6: family }
}

/** A kube-proxy that says that it is well, in that mode. */
export const wellIn = (mode: string) => ({ healthz: ok({ status: 200, body: '' }), mode: ok(mode) })

/** Rules that lead `default/web`, 10.96.0.20:80, to these backends; none refuses it. */
export const webRules = (...backends: readonly string[]): GivenParts => ({
  iptables: savedRules(iptablesOf([{ service: service(), backends: [backends] }])),
  kubeProxy: wellIn('iptables'),
})

/** No service at all, though kube-proxy is well. */
export const noRules: GivenParts = { iptables: savedRules(iptablesOf([])), kubeProxy: wellIn('iptables') }

/** A cluster of such nodes, each with kube-proxy, where `default/web` has the ready endpoint 10.244.1.2:80. */
export const serviceCluster = (nodes: Readonly<Record<string, GivenParts>>, cluster: GivenCluster = {}) =>
  snapshot({
    nodes,
    cluster: {
      services: [service()],
      endpointSlices: [slice({ endpoints: [endpoint()] })],
      pods: proxyPods(Object.keys(nodes)),
      daemonSets: [],
      nodes: Object.keys(nodes).map(name => apiNode({ name })),
      ...cluster,
    },
  })

/** The kube-proxy of each node. */
export const proxyPods = (nodes: readonly string[]): readonly Pod[] =>
  nodes.map(node => kubeProxyPod({ node, name: `kube-proxy-${node}` }))
