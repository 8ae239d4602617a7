import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { namespaceHost } from '../../agent/release/namespace-host.ts'
import { ask, removalOf } from '../support/release-scene.ts'
import { needs } from '../support/requirements.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const isAble = needs('removing real network namespaces', 'root', 'iproute2', 'network namespaces')

const name = 'cni-5d1b7f0a-1c2e-4b6f-8a90-000000000001'

/** A host of its own as far as mounts, processes and network go, so that the machine's /run/netns is not touched. */
async function startHost(script: string) {
  const setup = `mount -t proc proc /proc; mount -t tmpfs none /run\nmkdir -p /run/netns\nname=${name}\n${script}\necho ready; exec sleep 60`
  const child = spawn('unshare', ['--net', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-ec', setup], {
    stdio: 'pipe',
    detached: true,
  })
  const pid = child.pid ?? 0
  const closed = once(child, 'close')
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-pid, 'SIGKILL')
    await closed
  })
  await Promise.race([
    once(child.stdout, 'data'),
    closed.then(() => Promise.reject(new Error('the host did not start'))),
  ])
  const inside = (...argv: string[]) =>
    execFileSync('nsenter', ['-t', `${pid}`, '-m', '-n', '--', ...argv], { encoding: 'utf8', timeout: 15_000 })
  const remove = async () => {
    const left = [{ name, containerId: 'c1' }]
    const scene = { folder: await temporaryFolder(), namespaces: namespaceHost(`/proc/${pid}/root/proc`) }
    return (await ask(removalOf(left), scene)).outcomes[0]
  }
  return { inside, remove, isThere: () => existsSync(`/proc/${pid}/root/run/netns/${name}`) }
}

const add = `ip netns add "$name"
ip link add veth1 type veth peer name eth0 netns "$name"
ip link add veth2 type veth peer name peer2`

describe.runIf(isAble)('a network namespace of a sandbox that is gone', () => {
  test('is removed with its veth, and nothing else is', async () => {
    const host = await startHost(`${add}\nip netns add other`)
    expect(host.inside('ip', '-o', 'link', 'show', 'veth1')).toContain(`link-netns ${name}`)
    expect(await host.remove()).toEqual({ network: 'netns', address: name, result: 'removed', why: '' })
    expect(host.isThere()).toBe(false)
    expect(host.inside('ip', '-o', 'link')).not.toContain('veth1')
    expect(host.inside('ip', '-o', 'link')).toContain('veth2')
    expect(host.inside('ip', 'netns', 'list')).toMatch(/^other/)
    expect((await host.remove())?.result).toBe('gone')
  })

  test('is named with its device when something holds it open', async () => {
    const host = await startHost(`${add}\nexec 3<"/run/netns/$name"`)
    expect(await host.remove()).toMatchObject({
      result: 'removed',
      why: expect.stringContaining('veth1 is still there'),
    })
  })

  const waiting = 'ip netns exec "$name" sleep 60 >/dev/null 2>&1 & until ip netns pids "$name" | grep -q .; do :; done'
  test.each([
    ['a process is in it', `${add}\n${waiting}`, /process \d+ is in it/],
    [
      'it is mounted elsewhere too',
      `${add}\ntouch /run/x; mount --bind "/run/netns/$name" /run/x`,
      /mounted at \/run\/x too/,
    ],
    ['it is the host’s own', 'touch "/run/netns/$name"; mount --bind /proc/1/ns/net "/run/netns/$name"', /host’s own/],
    ['it is a plain file', 'touch "/run/netns/$name"', /not the mount of a network namespace/],
    [
      'it is another kind of namespace',
      'touch "/run/netns/$name"; mount --bind /proc/1/ns/uts "/run/netns/$name"',
      /not the mount/,
    ],
    ['it is a link', 'ip netns add other; ln -s other "/run/netns/$name"', /no regular file/],
  ])('stays when %s', async (_, script, why) => {
    const host = await startHost(script)
    expect(await host.remove()).toMatchObject({ result: 'refused', why: expect.stringMatching(why) })
    expect(host.inside('ls', '/run/netns')).toContain(name)
  })
})
