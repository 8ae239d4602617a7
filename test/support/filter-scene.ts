import { parseIptablesSave } from '../../shared/formats/iptables-save.ts'
import { parseNftRuleset } from '../../shared/formats/nft-json.ts'
import type { Iptables } from '../../shared/node/iptables.ts'
import { ok, unavailable } from '../../shared/reading.ts'
import { apiNode, endpoint, pod, service, servicePort, slice } from './api-objects.ts'
import { given } from './collect.ts'
import { link, links, overlay, route, routes, sysctls } from './host-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from './snapshot.ts'

const none = unavailable('missing', 'there is none')

const saved = (text: string) =>
  ok({ ...parseIptablesSave(text), command: 'iptables-save', complaints: [], warnsOfLegacy: false })

/** What both kinds of iptables print for IPv4; a kind without text has no rules. */
export const iptables = ({ nft = '', legacy }: { nft?: string; legacy?: string }): Iptables => ({
  version: ok('iptables v1.8.9 (nf_tables)'),
  ipv4: { legacyTables: none, nft: saved(nft), legacy: legacy === undefined ? none : saved(legacy) },
  ipv6: { legacyTables: none, nft: saved(''), legacy: none },
})

/** Rules of FORWARD, INPUT and FLANNEL-FWD, as kube-proxy and flannel leave them, after those that are given. */
export const filterTable = (rules: readonly string[], policy = 'ACCEPT'): string =>
  [
    '*filter',
    `:FORWARD ${policy} [0:0]`,
    ':INPUT ACCEPT [0:0]',
    ...[':KUBE-FORWARD - [0:0]', ':FLANNEL-FWD - [0:0]'],
    '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
    ...rules,
    '-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP',
    '-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT',
    '-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A FLANNEL-FWD -s 10.244.0.0/16 -j ACCEPT',
    '-A FLANNEL-FWD -d 10.244.0.0/16 -j ACCEPT',
    'COMMIT\n',
  ].join('\n')

/** The rule by which packets of pods are accepted. */
export const podAccept = '-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD'

const address = (value: string) => [{ type: 'InternalIP', address: value }]

/** Two nodes with pods, the API server on a third machine, the DNS on node2. */
const traffic: GivenCluster = {
  nodes: [
    apiNode({ name: 'node1', addresses: address('192.168.0.1') }),
    apiNode({ name: 'node2', addresses: address('192.168.0.2') }),
  ],
  pods: [
    pod({ name: 'a', ips: ['10.244.1.2'] }),
    pod({ name: 'b', ips: ['10.244.1.3'] }),
    pod({ name: 'c', node: 'node2', ips: ['10.244.2.2'] }),
  ],
  services: [
    service({ name: 'kubernetes', clusterIPs: ['10.96.0.1'], ports: [servicePort(443)] }),
    service({
      namespace: 'kube-system',
      name: 'kube-dns',
      clusterIPs: ['10.96.0.10'],
      ports: [{ ...servicePort(53), protocol: 'UDP' }],
    }),
  ],
  endpointSlices: [
    slice({
      service: 'kubernetes',
      ports: [{ name: '', port: 6443, protocol: 'TCP' }],
      endpoints: [endpoint({ addresses: ['192.168.0.9'] })],
    }),
    slice({
      namespace: 'kube-system',
      service: 'kube-dns',
      ports: [{ name: '', port: 53, protocol: 'UDP' }],
      endpoints: [endpoint({ addresses: ['10.244.2.2'] })],
    }),
  ],
}

/** What node1 has besides rules: a bridge for its pods, an overlay to the other node, an uplink. */
const host: GivenParts = {
  nft: given(parseNftRuleset('{"nftables": []}')),
  ipsets: none,
  links: links(link('eth0', ['192.168.0.1/24']), link('cni0', ['10.244.1.1/24'])),
  routes: routes(
    route('0.0.0.0/0', 'eth0'),
    route('192.168.0.0/24', 'eth0'),
    route('10.244.1.0/24', 'cni0'),
    route('10.244.2.0/24', 'flannel.1'),
  ),
  overlays: { overlays: [overlay('flannel.1')], complete: true },
  sysctls: sysctls({ 'net/bridge/bridge-nf-call-iptables': '1' }),
}

/** A healthy cluster, except for the given rules and parts of node1. */
export const filterScene = (parts: GivenParts, cluster: GivenCluster = {}) =>
  snapshot({ cluster: { ...traffic, ...cluster }, nodes: { node1: { ...host, ...parts } } })

/** The same with what iptables-save prints. */
export const withRules = (text: string, cluster: GivenCluster = {}) =>
  filterScene({ iptables: iptables({ nft: text }) }, cluster)

/** The same with native nf_tables, as `nft -j` prints them. */
export const withNative = (...objects: readonly object[]) =>
  filterScene({
    iptables: iptables({}),
    nft: given(parseNftRuleset(JSON.stringify({ nftables: objects }))),
  })
