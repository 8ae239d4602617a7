import type { NetworkConfig, PluginConfig } from '../../shared/formats/cni-config.ts'
import type { Overlay } from '../../shared/formats/ip-tunnel.ts'
import type { Route } from '../../shared/formats/route.ts'
import type { Bridges } from '../../shared/node/bridges.ts'
import type { CniBinaries, CniBinary } from '../../shared/node/cni-binaries.ts'
import type { CniConfig, CniConfigFile } from '../../shared/node/cni-config.ts'
import type { Conntrack } from '../../shared/node/conntrack.ts'
import type { HostLocal, Reservation } from '../../shared/node/host-local.ts'
import type { HostLogs } from '../../shared/node/host-logs.ts'
import type { Kernel } from '../../shared/node/kernel.ts'
import type { KernelLog } from '../../shared/node/kernel-log.ts'
import type { Link, Links } from '../../shared/node/links.ts'
import type { NetworkCounters } from '../../shared/node/network-counters.ts'
import type { Routes } from '../../shared/node/routes.ts'
import type { Runtime } from '../../shared/node/runtime.ts'
import { ok, type Reading, unavailable } from '../../shared/reading.ts'
import { minutesAgo } from './snapshot.ts'

/** The directory of CNI configurations with these files. */
export const cniConfig = (...files: CniConfigFile[]): CniConfig => ({
  directory: { path: '/etc/cni/net.d', source: 'runtime' },
  files: ok(files),
  ignored: [],
  elsewhere: [],
})

export const configFile = (name: string, content: Partial<NetworkConfig> = {}): CniConfigFile => ({
  name,
  size: 300,
  mode: '0644',
  mtime: null,
  content: ok({ name: 'net', cniVersion: '1.0.0', plugins: [plugin('bridge')], problem: null, ...content }),
})

export const brokenFile = (name: string): CniConfigFile =>
  configFile(name, { problem: { message: 'unexpected end of JSON input', line: 3, column: 7 } })

export const plugin = (type: string, change: Partial<PluginConfig> = {}): PluginConfig => ({
  type,
  ipam: null,
  bridge: null,
  mtu: null,
  hairpinMode: null,
  promiscMode: null,
  ipMasq: null,
  capabilities: [],
  delegates: [],
  ...change,
})

/** host-local with one range set of one subnet. */
export const hostLocalIpam = (subnet: string, change: { rangeStart?: string; rangeEnd?: string } = {}) => ({
  type: 'host-local',
  dataDir: null,
  ranges: [[{ subnet, rangeStart: null, rangeEnd: null, gateway: null, ...change }]],
})

/** A bridge network that gives addresses of a subnet. */
export const bridgeFile = (name: string, network: string, subnet: string): CniConfigFile =>
  configFile(name, { name: network, plugins: [plugin('bridge', { ipam: hostLocalIpam(subnet) })] })

/** /opt/cni/bin with these programs. */
export const binaries = (...entries: CniBinary[]): CniBinaries => ({
  directories: [{ path: '/opt/cni/bin', source: 'runtime', entries: ok(entries) }],
})

export const binary = (name: string, change: Partial<CniBinary> = {}): CniBinary => ({
  name,
  type: 'file',
  mode: '0755',
  target: null,
  file: ok({ size: 4_000_000, mode: '0755' }),
  kind: 'elf',
  architecture: 'amd64',
  cut: false,
  ...change,
})

/** A containerd that reports a ready network but lists none. */
export const runtime = ({
  name = 'containerd',
  ready = true,
  networks = [],
  maxConfigs = 1,
  loadStatus = ready ? 'OK' : 'cni config load failed',
}: {
  name?: string
  ready?: boolean
  networks?: readonly string[]
  maxConfigs?: number
  loadStatus?: string
} = {}): Runtime => ({
  name,
  version: '2.1.0',
  conditions: [{ type: 'NetworkReady', status: ready, reason: '', message: ready ? '' : 'cni plugin not initialized' }],
  cni:
    name === 'containerd'
      ? {
          configDirectory: '/etc/cni/net.d',
          binaryDirectories: ['/opt/cni/bin'],
          maxConfigs,
          networks: networks.map(network => ({ name: network, types: [] })),
          loadStatus,
        }
      : null,
})

/** The store of one network under the default root, with one reservation for each address. */
export const hostLocal = (network: string, addresses: readonly string[]): HostLocal => ({
  roots: [
    {
      path: '/var/lib/cni/networks',
      stores: ok([
        {
          path: `/var/lib/cni/networks/${network}`,
          network,
          reservations: addresses.map(reservation),
          strays: [],
          omitted: 0,
        },
      ]),
    },
  ],
})

/** Addresses `prefix` + `first` to `prefix` + `last`. */
export const addresses = (prefix: string, first: number, last: number): readonly string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => `${prefix}${first + i}`)

const reservation = (address: string): Reservation => ({
  address,
  containerId: address,
  interfaceName: 'eth0',
  mtime: minutesAgo(120),
  inode: null,
})

/** Kernel settings by their path under /proc/sys; a reading says why one was not read. */
export const sysctls = (values: Readonly<Record<string, string | Reading<string>>>) => ({
  values: Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, typeof value === 'string' ? ok(value) : value]),
  ),
})

/** A bridge with ports, each with its hairpin mode. */
export const bridge = (name: string, hairpin: readonly boolean[], promiscuous = false): Bridges['bridges'][number] => ({
  name,
  promiscuous: ok(promiscuous),
  ports: hairpin.map((value, i) => ({ name: `veth${i}`, hairpin: ok(value) })),
})

/** Kernel log of a machine that has been up for a day: messages with their age in minutes. */
export const kernelLog = (messages: readonly (readonly [minutes: number, message: string])[]): KernelLog => ({
  source: 'dmesg',
  uptimeSeconds: 86_400,
  entries: messages.map(([minutes, message]) => ({
    secondsSinceBoot: 86_400 - 60 * minutes,
    time: null,
    level: 4,
    message,
  })),
})

/** Protocol counters by group and name, and the second sample where one was taken. */
export const networkCounters = (
  protocols: Readonly<Record<string, number>>,
  later: Readonly<Record<string, number>> | null = null,
): NetworkCounters => ({
  protocols: ok({ ...protocols }),
  softnet: unavailable('not-recorded', ''),
  later: later === null ? unavailable('not-recorded', '') : ok({ afterMs: 2000, protocols: { ...later } }),
})

export const overlay = (name: string, change: Partial<Overlay> = {}): Overlay => ({
  name,
  kind: 'vxlan',
  mtu: 1450,
  state: 'unknown',
  mac: null,
  underlay: 'eth0',
  id: 1,
  port: 8472,
  local: null,
  remote: null,
  learning: false,
  ...change,
})

/** One log of a component, with these messages. */
export const hostLogs = (component: HostLogs['logs'][number]['component'], messages: readonly string[]): HostLogs => ({
  logs: [
    {
      component,
      source: `journal-${component}`,
      entries: ok(messages.map(message => ({ time: null, level: null, program: null, message }))),
    },
  ],
})

/** Connection tracking with counters, and the second sample where one was taken. */
export const conntrack = (
  counters: Readonly<Record<string, number>>,
  later: Readonly<Record<string, number>> | null = null,
): Conntrack => ({
  count: ok(400),
  max: ok(131_072),
  buckets: ok(32_768),
  counters: ok({ ...counters }),
  later: later === null ? unavailable('not-recorded', '') : ok({ afterMs: 2000, count: 400, counters: { ...later } }),
})

/** A route of the main table; IPv6 by its destination. */
export const route = (destination: string, device: string, change: Partial<Route> = {}): Route => ({
  family: destination.includes(':') ? 6 : 4,
  destination,
  gateway: null,
  device,
  metric: 0,
  table: 'main',
  type: 'unicast',
  ...change,
})

export const routes = (...list: Route[]): Routes => ({ routes: list, complete: true })

/** A running Linux of that release. */
export const kernel = (release: string): Kernel => ({
  release: ok(release),
  hostname: ok('node1'),
  bootId: ok('3f1a8a52-0000-4000-8000-000000000001'),
  uptimeSeconds: ok(86_400),
  os: ok({ id: 'linux', version: null, name: 'Linux' }),
})

/** A device that is up, with addresses such as `192.0.2.7/24`. */
export const link = (name: string, addresses: readonly string[] = [], change: Partial<Link> = {}): Link => ({
  name,
  index: null,
  mtu: 1500,
  state: 'up',
  mac: null,
  kind: null,
  master: null,
  addresses: [...addresses],
  ...change,
})

export const links = (...list: Link[]): Links => ({ links: list, hasAddresses: true })
