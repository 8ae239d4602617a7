import type { MessageInitShape } from '@bufbuild/protobuf'
import type { ListPodSandboxResponseSchema } from '../../support/cri/gen/runtime_pb.js'

/** Text, a link, or the first bytes of a program. */
export type LayoutFile = string | { readonly link: string } | { readonly program: true }

/** Definition of a host to record. Paths are paths on the host. */
export interface Layout {
  readonly name: string
  /** Base of the root: a Debian release, Debian's static busybox, or nothing. */
  readonly base: 'bookworm' | 'trixie' | 'busybox' | null
  readonly files: (now: Date) => Readonly<Record<string, LayoutFile>>
  /** Command lines of running processes, each named like its program. */
  readonly processes: readonly (readonly string[])[]
  /** Shell commands to run in the host's namespaces; `$ROOT` is its root. */
  readonly setup: string
  readonly runtime: Runtime
}

export interface Runtime {
  readonly socket: string
  readonly name: string
  readonly version: string
  /** `cniconfig` in the runtime's `Status`; null when it reports none. */
  readonly cni: { readonly config: string; readonly binaries: readonly string[] } | null
  readonly sandboxes: MessageInitShape<typeof ListPodSandboxResponseSchema>
}

/** An uplink with a default route, forwarding, and a bridge with as many ports in hairpin mode. */
export const network = ({ bridge, subnet, ports }: { bridge: string; subnet: string; ports: number }): string => `
echo 1 > /proc/sys/net/ipv6/conf/default/addr_gen_mode
echo 1 > /proc/sys/net/ipv4/ip_forward
ip link set lo up
ip link add eth0 address 02:00:00:00:00:11 type veth peer name wire address 02:00:00:00:00:12
ip link set wire up; ip link set eth0 up; ip addr add 192.0.2.11/24 dev eth0; ip route add default via 192.0.2.1
ip link add ${bridge} address 02:00:00:00:01:01 type bridge; ip addr add ${subnet}.1/24 dev ${bridge}; ip link set ${bridge} up
for n in ${Array.from({ length: ports }, (_, at) => at + 2).join(' ')}; do
  ip link add veth$n address 02:00:00:00:02:0$n type veth peer name pod$n address 02:00:00:00:03:0$n
  ip link set veth$n master ${bridge} up; ip link set pod$n up; echo 1 > $ROOT/sys/class/net/${bridge}/brif/veth$n/hairpin_mode
done`

/** Sandboxes of running pods, by number: their ids begin with it. */
export const running = (...numbers: readonly number[]): Runtime['sandboxes'] => ({
  items: numbers.map(number => ({
    id: sandboxId(number),
    metadata: { name: `web-${number}`, uid: `uid-${number}`, namespace: 'shop', attempt: 0 },
    state: 0,
    createdAt: 1_795_231_970_000_000_000n,
    labels: { 'io.kubernetes.pod.name': `web-${number}`, 'io.kubernetes.pod.namespace': 'shop' },
  })),
})

const sandboxId = (number: number): string => number.toString(16).padStart(64, '0')

/** host-local reservations of a network: the last number of the address is that of the sandbox. */
export const reservations = (folder: string, subnet: string, ...numbers: readonly number[]) =>
  Object.fromEntries([
    ...numbers.map(number => [`${folder}/${subnet}.${number}`, `${sandboxId(number)}\r\neth0`]),
    [`${folder}/last_reserved_ip.0`, `${subnet}.${numbers.at(-1)}`],
    [`${folder}/lock`, ''],
  ])

/** Programs of these names in a folder. */
export const programs = (folder: string, ...names: readonly string[]) =>
  Object.fromEntries(names.map(name => [`${folder}/${name}`, { program: true } as const]))

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
