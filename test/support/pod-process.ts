import { type ChildProcess, spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { liveFiles } from '../../agent/host/files.ts'
import { findMounts } from '../../agent/host/mounts.ts'
import { findPods } from '../../agent/host/pods.ts'
import { liveHost } from '../../agent/live-host.ts'
import type { Host, Pod } from '../../shared/host.ts'
import { ok } from '../../shared/reading.ts'
import { given } from './collect.ts'

/** A process with a root, a mount and a network namespace of its own, as a pod has. */
export interface PodProcess {
  readonly pid: number
  /** The path of its root for this process. */
  readonly root: string
  /** The machine, with this as its only pod. */
  readonly host: Host
  readonly pod: Pod
  readonly end: () => Promise<void>
}

/** Its root is in memory and holds programs, an own sysfs and procfs, and an empty /etc. */
const setup = `
mount -t tmpfs none "$ROOT"
mkdir -p "$ROOT/usr" "$ROOT/etc" "$ROOT/sys" "$ROOT/proc" "$ROOT/opt/bin"
mount --rbind /usr "$ROOT/usr"
for name in bin lib lib64; do ln -s "usr/$name" "$ROOT/$name"; done
touch "$ROOT/opt/bin/node"
mount --bind "$NODE" "$ROOT/opt/bin/node"
mount -t sysfs sysfs "$ROOT/sys"
mount -t proc proc "$ROOT/proc"
ip link set lo up
ip link add eth0 mtu 1410 type veth peer name other
ip addr add 10.244.9.7/24 dev eth0
ip link set eth0 up
ip link set other up
ip route add default via 10.244.9.1`

const serve = `
process.stdin.resume().on('end', () => process.exit())
require('net').createServer().listen(8080, '127.0.0.1', () => console.log('ready'))`

/** Starts such a process, which ends with the test. */
export async function startPodProcess(uid: string, root: string): Promise<PodProcess> {
  const script = `${setup}\nexec chroot "$ROOT" /opt/bin/node -e "$SERVE"`
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ROOT: root, NODE: process.execPath, SERVE: serve }
  const child = spawn('unshare', ['--net', '--mount', 'sh', '-ec', script], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  const end = () => stop(child)
  onTestFinished(end)
  await ready(child)
  const pid = child.pid ?? 0
  const mounts = await findMounts({ root: '/' })
  const host = liveHost(mounts)
  const pods = await findPods(mounts, onlyPod({ ...host, ...liveFiles(mounts) }, { pid, uid }))
  const [pod] = given(pods)
  if (!pod) throw new Error('the process is not taken for a pod')
  return { pid, root: `/proc/${pid}/root`, pod, host: { ...host, pods: async () => pods }, end }
}

/** Control groups of the machine are left alone: the kubelet would name that of the process like this. */
const onlyPod = (host: Host, { pid, uid }: { pid: number; uid: string }): Host => ({
  ...host,
  list: async path => (path === '/proc' ? ok([`${pid}`]) : host.list(path)),
  read: async (path, options) => {
    const reading = await host.read(path, options)
    const isGroup = path === `/proc/${pid}/cgroup` && reading.status === 'ok'
    return isGroup ? ok({ bytes: Buffer.from(`0::/kubepods/pod${uid}/x\n`), truncated: null }) : reading
  },
})

const ready = (child: ChildProcess) =>
  new Promise<void>((resolve, reject) => {
    let complaint = ''
    child.stderr?.on('data', text => {
      complaint += String(text)
    })
    child.stdout?.once('data', () => resolve())
    child.once('exit', () => reject(new Error(`the process did not start: ${complaint}`)))
  })

const stop = (child: ChildProcess) =>
  new Promise<void>(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
