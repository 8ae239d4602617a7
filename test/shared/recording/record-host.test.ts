import { expect, test } from 'vitest'
import { replayHost } from '../../../plugin/bundle/replay-host.ts'
import type { Host } from '../../../shared/host.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { recordHost } from '../../../shared/recording/record-host.ts'
import { memoryBundle } from '../../support/memory-bundle.ts'
import { memoryHost } from '../../support/memory-host.ts'

const source = {
  'nodes/n/files.json': {
    '/gone': { type: 'missing' },
    '/secret': { type: 'error', error: 'EACCES' },
    '/link': { type: 'link', target: 'plain' },
    '/bin/x': { type: 'file', size: 900, mode: '0755', content: false },
    '/dir': { type: 'dir', entries: ['a', 'b'] },
  },
  'nodes/n/files/plain': 'text',
  'nodes/n/files/bin/x#head': 'ELF',
  'nodes/n/files/proc/c': '1',
  'nodes/n/files/proc/c#2': '2',
  'nodes/n/commands/ip-addr.json': { argv: ['ip', '-j', 'addr'], exitCode: 0, stdout: '[]', stderr: '', durationMs: 3 },
  'nodes/n/commands/ip-link.json': { error: 'ENOENT' },
  'nodes/n/cri/version.json': { runtimeName: 'containerd' },
  'nodes/n/cri/status.json': { error: 'deadline exceeded' },
  'nodes/n/http/kube-proxy-mode.json': { url: 'http://127.0.0.1:10249/proxyMode', status: 200, body: 'ipvs' },
  'nodes/n/http/kube-proxy-healthz.json': { url: 'http://127.0.0.1:10256/healthz', error: 'ECONNREFUSED' },
}

/** Everything that the port can do, once. */
const readings = async (host: Host) => [
  await host.read('/plain'),
  await host.stat('/plain'),
  await host.read('/link'),
  await host.stat('/link'),
  await host.stat('/bin/x'),
  await host.read('/bin/x', { maxBytes: 3, keep: 'head' }),
  await host.read('/proc/c'),
  await host.read('/proc/c', { sample: 2 }),
  await host.read('/gone'),
  await host.read('/secret'),
  await host.list('/dir'),
  await host.list('/gone'),
  await host.run('ip-addr'),
  await host.run('ip-link'),
  await host.cri('version'),
  await host.cri('status'),
  await host.http('kube-proxy-mode'),
  await host.http('kube-proxy-healthz'),
]

const withoutDetail = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, item) => (key === 'detail' ? undefined : item)))

test('the replay of a recording answers every read as the host did', async () => {
  const recorder = recordHost(await replayHost(memoryBundle(source), 'n'))
  const live = await readings(recorder.host)
  const files = Object.fromEntries(
    [...recorder.files()].map(([path, bytes]) => [`nodes/n/${path}`, new TextDecoder().decode(bytes)]),
  )
  const replayed = await readings(await replayHost(memoryBundle(files), 'n'))
  expect(withoutDetail(replayed)).toEqual(withoutDetail(live))
})

test('what was not read is not in the recording', async () => {
  const recorder = recordHost(await replayHost(memoryBundle(source), 'n'))
  await recorder.host.read('/plain')
  expect([...recorder.files().keys()].sort()).toEqual(['files.json', 'files/plain'])
})

test('what was read through a link is found again by the path that was asked for', async () => {
  const linked = {
    '/var/run': { type: 'link', target: '/run' },
    '/run/there': { type: 'file' },
    '/run': { type: 'dir', entries: ['there'] },
  }
  const bundle = { 'nodes/n/files.json': linked, 'nodes/n/files/run/there': 'x' }
  const recorder = recordHost(await replayHost(memoryBundle(bundle), 'n'))
  await recorder.host.stat('/var/run')
  const asked = async (host: Host) => [await host.read('/var/run/there'), await host.read('/var/run/gone')]
  const live = await asked(recorder.host)
  const files = Object.fromEntries(
    [...recorder.files()].map(([path, bytes]) => [`nodes/n/${path}`, new TextDecoder().decode(bytes)]),
  )
  expect(live).toMatchObject([{ status: 'ok' }, { reason: 'missing' }])
  expect(withoutDetail(await asked(await replayHost(memoryBundle(files), 'n')))).toEqual(withoutDetail(live))
})

test('that a host has no pods is recorded, and so is that nobody knows', async () => {
  for (const pods of [ok([]), unavailable('denied', 'EACCES: /proc/1/ns/net')]) {
    const host = { ...(await replayHost(memoryBundle(source), 'n')), pods: async () => pods }
    const recorder = recordHost(host)
    await recorder.host.pods()
    const files = Object.fromEntries(
      [...recorder.files()].map(([path, bytes]) => [`nodes/n/${path}`, new TextDecoder().decode(bytes)]),
    )
    expect(withoutDetail(await (await replayHost(memoryBundle(files), 'n')).pods())).toEqual(withoutDetail(pods))
  }
})

test('a call that failed has its reason and its sentence also in the replay', async () => {
  for (const reason of ['missing', 'denied', 'timeout', 'too-large', 'malformed', 'unsupported', 'failed'] as const) {
    const failed = unavailable(reason, 'one sentence')
    const host = { ...(await replayHost(memoryBundle(source), 'n')), http: async () => failed }
    const recorder = recordHost(host)
    await recorder.host.http('kube-proxy-mode')
    const files = Object.fromEntries(
      [...recorder.files()].map(([path, bytes]) => [`nodes/n/${path}`, new TextDecoder().decode(bytes)]),
    )
    expect(await (await replayHost(memoryBundle(files), 'n')).http('kube-proxy-mode')).toEqual(failed)
  }
})

test.each(['list', 'stat'] as const)('a linked folder is listed and is a link, with %s first', async first => {
  const host = memoryHost({ files: { '/opt/bin': { link: '/usr/lib/bin' }, '/usr/lib/bin/a': 'x' } })
  const recorder = recordHost(host)
  const asked = async (each: Host) => ({ entry: await each.stat('/opt/bin'), names: await each.list('/opt/bin') })
  await recorder.host[first]('/opt/bin')
  const live = await asked(recorder.host)
  await recorder.host.read('/opt/bin/a')
  const files = Object.fromEntries(
    [...recorder.files()].map(([path, bytes]) => [`nodes/n/${path}`, new TextDecoder().decode(bytes)]),
  )
  const replayed = await replayHost(memoryBundle(files), 'n')
  expect(live).toMatchObject({ entry: { value: { type: 'link' } }, names: { value: ['a'] } })
  expect(await asked(replayed)).toEqual(live)
  expect(await replayed.read('/opt/bin/a')).toMatchObject({ status: 'ok' })
})

test('that a file was examined again does not take its content out of the recording', async () => {
  const text = 'id\r\neth0'
  const bytes = new TextEncoder().encode(text)
  const looks = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z'].map(mtime => ({ text, mtime, inode: 7 }))
  const readSmall: Host['readSmall'] = async ({ names }) => names.map(() => looks.shift() ?? null)
  const { host, files } = recordHost({ ...memoryHost({}), readSmall })
  const look = { folder: '/store', names: ['10.0.0.1'], maxBytes: 100 }
  await host.readSmall?.(look)
  await host.readSmall?.({ ...look, content: false })
  const index: unknown = JSON.parse(new TextDecoder().decode(files().get('files.json')))
  const entry = { type: 'file', size: bytes.length, content: true, mtime: '2026-01-01T00:00:01.000Z', inode: 7 }
  expect(index).toEqual({ '/store/10.0.0.1': entry })
  expect(files().get('files/store/10.0.0.1')).toEqual(bytes)
})
