import * as z from 'zod/mini'
import { firstRead, mapReads, readNumber, readValue, unlessUnread } from '../discovery/values.ts'
import { parseAssignments } from '../formats/assignments.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isOk, mapReading, ok, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'

const flannelSchema = z.object({
  /** Networks of the whole cluster; comma-separated in the file. */
  networks: z.array(z.string()),
  /** The node's own subnets: the address of its bridge, with prefix. */
  subnets: z.array(z.string()),
  mtu: z.nullable(z.number()),
  masquerade: z.nullable(z.boolean()),
})

/** Files that CNI daemons leave on the host for their plugins; those of unused products are `missing`. */
export const cniDaemonsSchema = z.object({
  /** /run/flannel/subnet.env, which is missing after a boot until flanneld runs. */
  flannel: readingOf(flannelSchema),
  /** Calico's name of this node. */
  calicoNodeName: readingOf(z.string()),
  /** The MTU that Calico chose for pods. */
  calicoMtu: readingOf(z.number()),
  /** File types by path, where plugins expect their daemon's socket. */
  sockets: z.record(z.string(), readingOf(z.string())),
})
export type CniDaemons = z.infer<typeof cniDaemonsSchema>

/** Sources: cilium, amazon-vpc-cni-k8s, antrea, ovn-kubernetes, kube-ovn, multus. */
const sockets: readonly string[] = [
  '/var/run/cilium/cilium.sock',
  '/var/run/aws-node/ipam.json',
  '/var/run/antrea/cni.sock',
  '/run/ovn-kubernetes/cni/ovn-cni-server.sock',
  '/run/openvswitch/kube-ovn-daemon.sock',
  '/run/multus/multus.sock',
  '/var/run/weave/weave.sock',
]

export const cniDaemons = definePart<CniDaemons>({
  schema: cniDaemonsSchema,
  collect: async host => {
    const flannel = await readFlannel(host)
    const calicoNodeName = await readValue(host, '/var/lib/calico/nodename')
    const calicoMtu = await readNumber(host, '/var/lib/calico/mtu')
    const found = await mapReads(sockets, async path => {
      // On most hosts the first is a link to the second; recordings may contain either.
      const places = [path, path.replace(/^\/var\/run\//, '/run/')]
      const entry = await firstRead(places.map(place => () => host.stat(place)))
      return [path, mapReading(entry, ({ type }): string => type)] as const
    })
    const facts = [flannel, calicoNodeName, calicoMtu, ...found.map(([, type]) => type)]
    return unlessUnread(facts, { flannel, calicoNodeName, calicoMtu, sockets: Object.fromEntries(found) })
  },
})

async function readFlannel(host: Host): Promise<CniDaemons['flannel']> {
  const text = await readText(host, '/run/flannel/subnet.env', { maxBytes: 65_536 })
  return isOk(text) ? parseSubnetEnv(text.value) : text
}

function parseSubnetEnv(text: string): Reading<z.infer<typeof flannelSchema>> {
  const values = parseAssignments(text)
  const listOf = (...keys: readonly string[]) =>
    keys.flatMap(key => (values.get(key) ?? '').split(',')).filter(network => network !== '')
  const subnets = listOf('FLANNEL_SUBNET', 'FLANNEL_IPV6_SUBNET')
  if (subnets.length === 0) return unavailable('malformed', '/run/flannel/subnet.env names no subnet')
  const mtu = values.get('FLANNEL_MTU') ?? ''
  const masquerade = values.get('FLANNEL_IPMASQ')
  return ok({
    networks: listOf('FLANNEL_NETWORK', 'FLANNEL_IPV6_NETWORK'),
    subnets,
    mtu: /^\d{1,6}$/.test(mtu) ? Number(mtu) : null,
    masquerade: masquerade === undefined ? null : masquerade === 'true',
  })
}
