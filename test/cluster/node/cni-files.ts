import { type NodePlan, network, type PlannedPod } from '../plan/plan.ts'

/** The network configuration of a node, as administrators of plain bridge set-ups write it. */
export const conflist = (
  node: NodePlan,
  change: { readonly range?: object; readonly hairpin?: boolean } = {},
): string =>
  `${JSON.stringify(
    {
      cniVersion: '1.0.0',
      name: network.name,
      plugins: [
        {
          type: 'bridge',
          bridge: network.bridge,
          isGateway: true,
          isDefaultGateway: true,
          ipMasq: false,
          hairpinMode: change.hairpin ?? true,
          mtu: 1500,
          ipam: { type: 'host-local', ranges: [[{ subnet: `${node.podPrefix}.0/24`, ...change.range }]] },
        },
        { type: 'portmap', capabilities: { portMappings: true }, snat: true },
      ],
    },
    null,
    1,
  )}\n`

/** Plugins that the Debian package and the project's releases both have. */
export const plugins = [
  ...['bandwidth', 'bridge', 'dhcp', 'firewall', 'host-device', 'host-local', 'ipvlan', 'loopback'],
  ...['macvlan', 'portmap', 'ptp', 'sbr', 'static', 'tuning', 'vlan', 'vrf'],
]

/** Files of host-local's store by name: id of the sandbox, CR LF, interface. */
export function storeFiles(pods: readonly PlannedPod[]): Readonly<Record<string, string>> {
  const inNetwork = pods.filter(({ cable }) => cable !== null)
  const entries = inNetwork.map(({ address, sandboxId }) => [address, `${sandboxId}\r\neth0`])
  return { ...Object.fromEntries(entries), 'last_reserved_ip.0': inNetwork.at(-1)?.address ?? '', lock: '' }
}

/** Files of libcni's result cache by name. */
export function resultFiles(node: NodePlan): Readonly<Record<string, string>> {
  const inNetwork = node.pods.filter(({ cable }) => cable !== null)
  return Object.fromEntries(
    inNetwork.map(pod => [`${network.name}-${pod.sandboxId}-eth0`, JSON.stringify(resultOf(node, pod))]),
  )
}

function resultOf(node: NodePlan, { namespace, name, uid, sandboxId, address, cable }: PlannedPod) {
  const sandbox = `/var/run/netns/cni-${uid}`
  const gateway = `${node.podPrefix}.1`
  return {
    kind: 'cniCacheV1',
    containerId: sandboxId,
    config: Buffer.from(conflist(node)).toString('base64'),
    ifName: 'eth0',
    networkName: network.name,
    netns: sandbox,
    cniArgs: [
      ['IgnoreUnknown', '1'],
      ['K8S_POD_NAMESPACE', namespace],
      ['K8S_POD_NAME', name],
      ['K8S_POD_INFRA_CONTAINER_ID', sandboxId],
      ['K8S_POD_UID', uid],
    ],
    result: {
      cniVersion: '1.0.0',
      interfaces: [{ name: network.bridge }, { name: cable }, { name: 'eth0', sandbox }],
      ips: [{ address: `${address}/24`, gateway, interface: 2 }],
      routes: [{ dst: '0.0.0.0/0', gw: gateway }],
    },
  }
}
