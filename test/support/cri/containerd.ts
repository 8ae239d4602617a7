import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf'
import { onTestFinished, vi } from 'vitest'
import { callUnary } from '../../../agent/cri/grpc.ts'
import { hostRoot } from '../temporary-folder.ts'
import {
  RemovePodSandboxRequestSchema,
  RemovePodSandboxResponseSchema,
  RunPodSandboxRequestSchema,
  RunPodSandboxResponseSchema,
  StopPodSandboxRequestSchema,
  StopPodSandboxResponseSchema,
} from './gen/runtime_pb.js'
import { makePauseImage } from './pause-image.ts'

/** A real runtime with a root, sockets and networks of its own, where it can make sandboxes. It ends with the test. */
export interface Containerd {
  /** The root of a host that has nothing else. */
  readonly root: string
  /** Creates a sandbox with Debian's plugins and returns its id. */
  readonly run: (pod: SandboxOptions) => Promise<string>
  readonly stop: (id: string) => Promise<void>
  /** Takes a sandbox out of the runtime's store behind its back, so that nobody calls DEL. */
  readonly forget: (id: string) => Promise<void>
  /** Takes programs out of the PATH of the runtime and its plugins. */
  readonly removePrograms: (...names: readonly Program[]) => Promise<void>
  readonly restorePrograms: () => Promise<void>
  /** Simulates a power failure: every process and network ends. `losing` names folders of the root that are lost. */
  readonly reboot: (...losing: readonly string[]) => Promise<void>
}

interface SandboxOptions {
  readonly uid: string
  readonly name: string
  readonly namespace: string
  readonly nameserver: string
}

/** Pod network of the runtime. */
export interface PodNetwork {
  /** One for each address that a pod gets, as host-local takes them. */
  readonly ranges: readonly { readonly subnet: string; readonly rangeEnd?: string }[]
  /** Where host-local keeps its stores; below /var/lib, which is the root's own. */
  readonly dataDir?: string
}

const image = 'netcheck.test/pause:1'
const socket = '/run/containerd/containerd.sock'
const tools = ['containerd', 'containerd-shim-runc-v2', 'runc', 'iptables', 'ip6tables'] as const
type Program = (typeof tools)[number]

/** It is the first process of a PID namespace, so everything it starts ends with it. */
export async function startContainerd(
  network: PodNetwork = { ranges: [{ subnet: '10.9.8.0/24' }] },
): Promise<Containerd> {
  const root = await hostRoot({ '/run/containerd/x': '', '/var/lib/x': '', '/programs/x': '' })
  const groups = `/netcheck-${process.pid}`
  onTestFinished(() => removeGroups(groups))
  await writeSettings(root, network)
  const archive = await makePauseImage(`${root}/pause`, image)
  const ctr = (...args: readonly string[]) =>
    execFileSync('ctr', ['--address', root + socket, '--namespace', 'k8s.io', ...args])
  const boot = async () => {
    await linkPrograms(root)
    const halt = await launch(root)
    ctr('images', 'import', archive)
    return halt
  }
  let halt = await boot()
  onTestFinished(() => halt())
  const call = caller(root + socket)
  return {
    root,
    run: async ({ nameserver, ...metadata }) => {
      const linux = { cgroupParent: `${groups}/pod${metadata.uid}` }
      const dnsConfig = { servers: [nameserver], searches: ['cluster.local'], options: ['ndots:5'] }
      const config = { metadata, hostname: metadata.name, dnsConfig, linux }
      return (await call.run({ config })).podSandboxId
    },
    stop: async id => {
      await call.stop({ podSandboxId: id })
      await call.remove({ podSandboxId: id })
    },
    forget: async id => void ctr('containers', 'delete', id),
    removePrograms: async (...names) => {
      await Promise.all(names.map(name => rm(`${root}/programs/${name}`)))
    },
    restorePrograms: () => linkPrograms(root),
    reboot: async (...losing) => {
      await halt()
      await Promise.all(['state', ...losing].map(folder => rm(`${root}/${folder}`, { recursive: true, force: true })))
      halt = await boot()
    },
  }
}

/** The only PATH that the runtime and its plugins have. */
async function linkPrograms(root: string): Promise<void> {
  for (const name of tools) {
    const path = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].map(folder => `${folder}/${name}`).find(existsSync)
    if (path !== undefined && !existsSync(`${root}/programs/${name}`)) await symlink(path, `${root}/programs/${name}`)
  }
}

/**
 * The plugins make their bridge in the runtime's network namespace, hence one of its own; what they keep in /var/lib is
 * below the root. Gives what ends it.
 */
async function launch(root: string): Promise<() => Promise<void>> {
  const namespaces = ['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child']
  const start = 'mount --bind "$0/var/lib" /var/lib && PATH="$0/programs" && exec containerd --config "$0/config.toml"'
  const child = spawn('unshare', [...namespaces, 'sh', '-c', start, root], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: `/usr/sbin:/usr/bin:/sbin:/bin:${process.env.PATH ?? ''}` },
  })
  const closed = once(child, 'close')
  for await (const line of createInterface(child.stderr)) if (line.includes('containerd successfully booted')) break
  child.stderr.resume()
  return async () => {
    child.kill('SIGKILL')
    await closed
  }
}

async function writeSettings(root: string, { ranges, dataDir }: PodNetwork): Promise<void> {
  const plugin = 'plugins."io.containerd.grpc.v1.cri"'
  const settings = `version = 2
root = "${root}/root"
state = "${root}/state"
[grpc]
address = "${root}${socket}"
[${plugin}]
sandbox_image = "${image}"
netns_mounts_under_state_dir = true
restrict_oom_score_adj = true
[${plugin}.containerd]
snapshotter = "native"
[${plugin}.cni]
bin_dir = "/usr/lib/cni"
conf_dir = "/var/lib/cni/net.d"
`
  const routes = ranges.map(({ subnet }) => ({ dst: subnet.includes(':') ? '::/0' : '0.0.0.0/0' }))
  const ipam = { type: 'host-local', dataDir, ranges: ranges.map(range => [range]), routes }
  const bridge = { type: 'bridge', bridge: 'cni0', isGateway: true, hairpinMode: true, mtu: 1430, ipam }
  const plugins = [bridge, { type: 'firewall', backend: 'iptables' }]
  await mkdir(`${root}/var/lib/cni/net.d`, { recursive: true })
  await writeFile(`${root}/config.toml`, settings)
  await writeFile(
    `${root}/var/lib/cni/net.d/10-rig.conflist`,
    JSON.stringify({ cniVersion: '0.4.0', name: 'rig', plugins }),
  )
}

function caller(path: string) {
  const method =
    <I extends DescMessage, O extends DescMessage>(name: string, input: I, output: O) =>
    async (message: MessageInitShape<I>): Promise<MessageShape<O>> => {
      const body = toBinary(input, create(input, message))
      const bounds = { timeoutMs: 15_000, mostBytes: 65_536 }
      const bytes = await callUnary({ socket: path, path: `/runtime.v1.RuntimeService/${name}`, body, ...bounds })
      return fromBinary(output, bytes)
    }
  return {
    run: method('RunPodSandbox', RunPodSandboxRequestSchema, RunPodSandboxResponseSchema),
    stop: method('StopPodSandbox', StopPodSandboxRequestSchema, StopPodSandboxResponseSchema),
    remove: method('RemovePodSandbox', RemovePodSandboxRequestSchema, RemovePodSandboxResponseSchema),
  }
}

/** Control groups that the runtime left, of every hierarchy. One is busy until the kernel has done with its processes. */
async function removeGroups(name: string): Promise<void> {
  const top = '/sys/fs/cgroup'
  const places = [top, ...(await readdir(top)).map(controller => `${top}/${controller}`)].map(place => place + name)
  const remove = () => {
    const present = places.filter(place => existsSync(place))
    if (present.length > 0) execFileSync('find', [...present, '-depth', '-type', 'd', '-delete'], { stdio: 'ignore' })
  }
  await vi.waitFor(remove, { timeout: 10_000, interval: 100 })
}
