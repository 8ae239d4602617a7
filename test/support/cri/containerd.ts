import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf'
import { onTestFinished } from 'vitest'
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
  /** Makes a sandbox with Debian's plugins `bridge` and `host-local`; gives its id. */
  readonly run: (pod: SandboxOptions) => Promise<string>
  readonly stop: (id: string) => Promise<void>
}

interface SandboxOptions {
  readonly uid: string
  readonly name: string
  readonly namespace: string
  readonly nameserver: string
}

const image = 'netcheck.test/pause:1'
const socket = '/run/containerd/containerd.sock'

/** Whatever it starts ends with it, for it is the first process of a namespace. */
export async function startContainerd(): Promise<Containerd> {
  const root = await hostRoot({ '/run/containerd/x': '' })
  const groups = `/netcheck-${process.pid}`
  onTestFinished(() => removeGroups(groups))
  await writeSettings(root)
  await launch(`${root}/config.toml`)
  const archive = await makePauseImage(`${root}/pause`, image)
  execFileSync('ctr', ['--address', root + socket, '--namespace', 'k8s.io', 'images', 'import', archive])
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
  }
}

/** The plugins make their bridge in the runtime's network namespace, hence one of its own. */
async function launch(settings: string): Promise<void> {
  const namespaces = ['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child']
  const child = spawn('unshare', [...namespaces, 'containerd', '--config', settings], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: `/usr/sbin:/usr/bin:/sbin:/bin:${process.env.PATH ?? ''}` },
  })
  const closed = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await closed
  })
  for await (const line of createInterface(child.stderr)) if (line.includes('containerd successfully booted')) break
  child.stderr.resume()
}

async function writeSettings(root: string): Promise<void> {
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
conf_dir = "${root}/etc/cni/net.d"
`
  const ranges = [[{ subnet: '10.9.8.0/24' }]]
  const ipam = { type: 'host-local', dataDir: `${root}/var/lib/cni/networks`, ranges, routes: [{ dst: '0.0.0.0/0' }] }
  const bridge = { type: 'bridge', bridge: 'cni0', isGateway: true, hairpinMode: true, mtu: 1430, ipam }
  await mkdir(`${root}/etc/cni/net.d`, { recursive: true })
  await writeFile(`${root}/config.toml`, settings)
  await writeFile(
    `${root}/etc/cni/net.d/10-rig.conflist`,
    JSON.stringify({ cniVersion: '0.4.0', name: 'rig', plugins: [bridge] }),
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

/** Control groups that the runtime left, of every hierarchy. */
async function removeGroups(name: string): Promise<void> {
  const top = '/sys/fs/cgroup'
  const places = [top, ...(await readdir(top)).map(controller => `${top}/${controller}`)].map(place => place + name)
  const present = places.filter(place => existsSync(place))
  if (present.length > 0) execFileSync('find', [...present, '-depth', '-type', 'd', '-delete'])
}
