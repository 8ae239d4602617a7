import { execFileSync } from 'node:child_process'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { findMounts } from '../../agent/host/mounts.ts'
import { liveHost } from '../../agent/live-host.ts'
import { podNamespaces } from '../../shared/node/pod-namespaces.ts'
import { readText } from '../../shared/text.ts'
import { given, reasonOf } from '../support/collect.ts'
import { startPodProcess } from '../support/pod-process.ts'
import { needs } from '../support/requirements.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const uid = '5d1b7f0a-1c2e-4b6f-8a90-3e4f5a6b7c81'
const context = { now: () => 0, pause: async () => {}, sampleMs: 1 }

describe.runIf(needs('network namespaces of pods', 'root', 'network namespaces', 'iproute2'))('pods', () => {
  test('the kernel tells from outside what is in the namespaces of a pod', async () => {
    const { host, root } = await startPodProcess(uid, await temporaryFolder())
    await writeFile(`${root}/etc/resolv.conf`, 'nameserver 10.96.0.10\nsearch a.b\n')
    const { namespaces } = given(await podNamespaces.collect({ ...host, cri: liveHostWithoutRuntime }, context))
    const [only] = namespaces
    const network = only && given(only.network)
    expect(namespaces).toHaveLength(1)
    expect(only).toMatchObject({ isHost: false, pods: [{ uid, resolver: { value: { nameservers: ['10.96.0.10'] } } }] })
    expect(network && given(network.devices)).toEqual(
      expect.arrayContaining([
        { name: 'lo', mtu: null },
        { name: 'eth0', mtu: 1410 },
      ]),
    )
    expect(network && given(network.addresses)).toContainEqual({ device: 'eth0', address: '10.244.9.7/24' })
    expect(network && given(network.routes)).toContainEqual(
      expect.objectContaining({ destination: '0.0.0.0/0', gateway: '10.244.9.1', device: 'eth0' }),
    )
    // The kernel would tell that of this process's own namespace.
    expect(network && reasonOf(network.firstFreePort)).toBe('unsupported')
    expect(network && given(network.listeners)).toEqual({
      sockets: [{ protocol: 'tcp', family: 4, address: '127.0.0.1', port: 8080 }],
      complete: true,
      completeTcp: true,
    })
  })

  test('nothing that a pod writes leads out of its root', async () => {
    const outside = await temporaryFolder()
    await writeFile(`${outside}/secret`, 'nameserver 6.6.6.6\n')
    const { pod, root } = await startPodProcess(uid, await temporaryFolder())
    const read = async (target: string) => {
      await rm(`${root}/etc/resolv.conf`, { force: true })
      await symlink(target, `${root}/etc/resolv.conf`)
      return readText(pod.host, '/etc/resolv.conf')
    }
    const up = '../'.repeat(30)
    const leads = [`${outside}/secret`, up + outside, `/proc/1/root${outside}/secret`, `/proc/self/cwd/${up}${outside}`]
    const loops = ['resolv.conf', '/etc/resolv.conf', '../etc/./resolv.conf']
    const others = ['/proc/kmsg', '/dev', '/sys/class/net/eth0/mtu', '/proc/self/environ', `${up}proc/self/mem`]
    for (const target of [...leads, ...loops, ...others]) expect(reasonOf(await read(target)), target).not.toBe('ok')
    await mkdir(`${root}/inside`)
    await writeFile(`${root}/inside/file`, 'nameserver 10.0.0.1\n')
    for (const target of ['/inside/file', '../inside/file', `${up}inside/../inside/file`])
      expect(await read(target), target).toEqual({ status: 'ok', value: 'nameserver 10.0.0.1\n' })
  })

  test('a device whose MTU a pod hides or forges has none', async () => {
    const { pid, pod, root } = await startPodProcess(uid, await temporaryFolder())
    const read = () => readText(pod.host, '/sys/class/net/eth0/mtu')
    expect(await read()).toEqual({ status: 'ok', value: '1410\n' })
    const forge = (script: string) =>
      execFileSync('nsenter', ['--target', `${pid}`, '--mount', '--root', '/bin/sh', '-ec', script])
    forge('mount -t tmpfs none /sys/class/net; ln -s /sys/class/net/lo /sys/class/net/eth0')
    expect(reasonOf(await read())).not.toBe('ok')
    forge('mount -t tmpfs none /sys; mkdir -p /sys/class/net/eth0; echo 9000 > /sys/class/net/eth0/mtu')
    expect(reasonOf(await read())).toBe('unsupported')
    expect(await readText(pod.host, `/sys/../..${root}/etc/hostname`)).toMatchObject({ status: 'unavailable' })
  })

  test('a FIFO or a folder in the place of a file is told as such, without waiting for it', async () => {
    const { pod, root } = await startPodProcess(uid, await temporaryFolder())
    execFileSync('mkfifo', [`${root}/etc/resolv.conf`])
    await mkdir(`${root}/etc/hosts`)
    expect(await readText(pod.host, '/etc/resolv.conf')).toMatchObject({ reason: 'failed' })
    expect(await readText(pod.host, '/etc/hosts')).toMatchObject({ reason: 'failed' })
  })

  test('a pod that ended is told so', async () => {
    const { host, end } = await startPodProcess(uid, await temporaryFolder())
    await end()
    const { namespaces } = given(await podNamespaces.collect({ ...host, cri: liveHostWithoutRuntime }, context))
    expect(namespaces[0]?.network).toMatchObject({
      reason: 'missing',
      detail: `pod ${uid} ended while it was looked at`,
    })
  })

  test('a process with the root of the host is not taken for the root of a pod', async () => {
    const mounts = await findMounts({ root: '/' })
    const { withPodFile } = await import('../../agent/host/pod-root.ts')
    const reading = withPodFile(mounts, { pid: process.pid, path: '/etc/hostname' }, async () => 'read')
    await expect(reading).rejects.toThrow(`process ${process.pid} of the pod has the root of the host`)
    expect(reasonOf(await liveHost(mounts).read('/etc/hostname'))).toBe('ok')
  })
})

const liveHostWithoutRuntime = async () => ({ status: 'unavailable', reason: 'missing', detail: 'no runtime' }) as const
