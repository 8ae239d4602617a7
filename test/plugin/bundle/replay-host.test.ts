import { expect, test } from 'vitest'
import { replayHost } from '../../../plugin/bundle/replay-host.ts'
import type { Reading } from '../../../shared/reading.ts'
import { readText } from '../../../shared/text.ts'
import { memoryBundle } from '../../support/memory-bundle.ts'

const host = (files: Record<string, unknown>) =>
  replayHost(
    memoryBundle(Object.fromEntries(Object.entries(files).map(([path, value]) => [`nodes/n/${path}`, value]))),
    'n',
  )

const reasonOf = (reading: Reading<unknown>) => (reading.status === 'ok' ? 'ok' : reading.reason)

test('a file without an entry is readable with mode 0644', async () => {
  const replay = await host({ 'files/etc/hostname': 'n\n' })
  expect(await readText(replay, '/etc/hostname')).toEqual({ status: 'ok', value: 'n\n' })
  expect(await replay.stat('/etc/hostname')).toEqual({ status: 'ok', value: { type: 'file', size: 2, mode: '0644' } })
})

test('a folder without an entry holds exactly what lies in it', async () => {
  const replay = await host({ 'files/etc/cni/net.d/b.conf': '', 'files/etc/cni/net.d/a.conf': '' })
  expect(await replay.list('/etc/cni/net.d')).toEqual({ status: 'ok', value: ['a.conf', 'b.conf'] })
  expect(await replay.stat('/etc/cni')).toEqual({ status: 'ok', value: { type: 'dir' } })
})

test('what is absent was not looked at', async () => {
  const replay = await host({ 'files/proc/sys/net/ipv4/ip_forward': '1' })
  expect(reasonOf(await replay.read('/proc/sys/net/bridge/bridge-nf-call-iptables'))).toBe('not-recorded')
  expect(reasonOf(await replay.stat('/opt/cni/bin'))).toBe('not-recorded')
  expect(reasonOf(await replay.run('ip-addr'))).toBe('not-recorded')
  expect(reasonOf(await replay.cri('version'))).toBe('not-recorded')
})

test('what was looked at and not found is missing: by its own entry, or by a recorded folder without it', async () => {
  const replay = await host({
    'files.json': {
      '/sys/module/br_netfilter': { type: 'missing' },
      '/opt/cni': { type: 'dir', entries: ['bin'] },
      '/opt/cni/bin': { type: 'dir', entries: ['bridge'] },
    },
  })
  expect(reasonOf(await replay.stat('/sys/module/br_netfilter'))).toBe('missing')
  expect(reasonOf(await replay.list('/sys/module/br_netfilter/parameters'))).toBe('missing')
  expect(reasonOf(await replay.read('/opt/cni/bin/portmap'))).toBe('missing')
  expect(reasonOf(await replay.read('/opt/cni/bin/bridge'))).toBe('not-recorded')
})

test('a recorded errno is the reason', async () => {
  const replay = await host({
    'files.json': { '/a': { type: 'error', error: 'EACCES' }, '/b': { type: 'error', error: 'EIO' } },
  })
  expect(reasonOf(await replay.read('/a'))).toBe('denied')
  expect(reasonOf(await replay.list('/b'))).toBe('failed')
})

test('links are followed inside of the recording, also when they are absolute, in a middle step or in a circle', async () => {
  const replay = await host({
    'files.json': {
      '/etc/cni': { type: 'link', target: '/usr/cni' },
      '/usr/cni/x.conf': { type: 'link', target: '../y.conf' },
      '/round': { type: 'link', target: 'round' },
    },
    'files/usr/y.conf': 'text',
  })
  expect(await readText(replay, '/etc/cni/x.conf')).toEqual({ status: 'ok', value: 'text' })
  expect(await replay.stat('/etc/cni/x.conf')).toMatchObject({ value: { type: 'link', target: '../y.conf' } })
  expect((await replay.read('/round')).status).toBe('unavailable')
})

test('the head of a file whose content is not kept, and a second sample, have paths of their own', async () => {
  const replay = await host({
    'files.json': { '/opt/b': { type: 'file', size: 4096, mode: '0755', content: false } },
    'files/opt/b#head': 'ELF',
    'files/proc/c': '1',
    'files/proc/c#2': '2',
  })
  const head = await replay.read('/opt/b', { maxBytes: 2, keep: 'head' })
  expect(head).toMatchObject({ status: 'ok', value: { truncated: 'head' } })
  expect(reasonOf(await replay.read('/opt/b'))).toBe('not-recorded')
  expect(await readText(replay, '/proc/c', { sample: 2 })).toMatchObject({ value: '2' })
  expect(await replay.list('/proc')).toEqual({ status: 'ok', value: ['c'] })
})

test('a file beyond the limit is too large unless one end is enough', async () => {
  const replay = await host({ 'files/log': 'abcdef' })
  expect(reasonOf(await replay.read('/log', { maxBytes: 3 }))).toBe('too-large')
  expect(await readText(replay, '/log', { maxBytes: 3, keep: 'tail' })).toMatchObject({ value: 'def' })
  expect(await readText(replay, '/log', { maxBytes: 3, keep: 'head' })).toMatchObject({ value: 'abc' })
})

test('commands, CRI calls and HTTP replies are replayed, and so are their failures', async () => {
  const replay = await host({
    'commands/ip-addr.json': { argv: ['ip'], exitCode: 0, stdout: '[]' },
    'commands/ip-link.json': { argv: ['ip'], error: 'ENOENT' },
    'cri/version.json': { runtimeName: 'containerd' },
    'cri/status.json': { error: 'deadline exceeded', socket: '/run/x.sock' },
    'http/kube-proxy-mode.json': { url: 'http://127.0.0.1:10249/proxyMode', status: 200, body: 'iptables' },
    'http/kube-proxy-healthz.json': { url: 'http://127.0.0.1:10256/healthz', error: 'ECONNREFUSED' },
  })
  expect(await replay.run('ip-addr')).toMatchObject({ value: { exitCode: 0, stdout: '[]', stderr: '' } })
  expect(reasonOf(await replay.run('ip-link'))).toBe('missing')
  expect(await replay.cri('version')).toEqual({ status: 'ok', value: { runtimeName: 'containerd' } })
  expect(reasonOf(await replay.cri('status'))).toBe('timeout')
  expect(await replay.http('kube-proxy-mode')).toMatchObject({ value: { status: 200, body: 'iptables' } })
  expect(reasonOf(await replay.http('kube-proxy-healthz'))).toBe('missing')
})

test('a broken index or reply makes what stands in it malformed', async () => {
  const replay = await host({
    'files.json': '{"/a": {"type": "fi',
    'cri/version.json': '{',
    'commands/ip-addr.json': { exitCode: 'x' },
  })
  expect(reasonOf(await replay.read('/a'))).toBe('malformed')
  expect(reasonOf(await replay.list('/a'))).toBe('malformed')
  expect(reasonOf(await replay.cri('version'))).toBe('malformed')
  expect(reasonOf(await replay.run('ip-addr'))).toBe('malformed')
})
