import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { chmod, mkdir, open, readFile, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { liveFiles } from '../../../agent/host/files.ts'
import { limits } from '../../../shared/limits.ts'
import type { Reading } from '../../../shared/reading.ts'
import { readText } from '../../../shared/text.ts'
import { given } from '../../support/collect.ts'
import { hostRoot } from '../../support/temporary-folder.ts'

const noCalls = { run: fail, cri: fail, http: fail, pods: fail }
function fail(): never {
  throw new Error('not part of this test')
}

/** The files below a root; /proc and /sys are this process's own. */
const filesOf = (root: string) => ({ ...liveFiles({ root, proc: '/proc', sys: '/sys' }), ...noCalls })

async function host(files: Record<string, string | Uint8Array> = {}) {
  const root = await hostRoot(files)
  return { root, files: filesOf(root) }
}

const reasonOf = (reading: Reading<unknown>) => (reading.status === 'ok' ? 'ok' : reading.reason)

test('a file is read whole', async () => {
  const { files } = await host({ '/etc/a': 'text\n', '/etc/empty': '' })
  expect(await readText(files, '/etc/a')).toEqual({ status: 'ok', value: 'text\n' })
  expect(await readText(files, '/etc/empty')).toEqual({ status: 'ok', value: '' })
})

/** Of a length that no block has. */
const pattern = Buffer.from(Array.from({ length: 251 }, (_, index) => index))

test('any file is given whole, or its head, or its tail', async () => {
  const { root, files } = await host()
  const sizes = fc.oneof(fc.nat(50), fc.constantFrom(65_535, 65_536, 65_537, 131_072, 200_000))
  await fc.assert(
    fc.asyncProperty(sizes, sizes, fc.constantFrom('head', 'tail', undefined), async (size, maxBytes, keep) => {
      const bytes = Buffer.alloc(size, pattern)
      await writeFile(`${root}/f`, bytes)
      const reading = await files.read('/f', { maxBytes, ...(keep ? { keep } : {}) })
      const kept = keep === 'tail' ? bytes.subarray(Math.max(0, size - maxBytes)) : bytes.subarray(0, maxBytes)
      if (size > maxBytes && !keep) return void expect(reasonOf(reading)).toBe('too-large')
      const { bytes: read, truncated } = given(reading)
      expect([kept.equals(read), truncated]).toEqual([true, size > maxBytes ? keep : null])
    }),
    { numRuns: 30 },
  )
})

test('of a file of 1 GB no more is read than asked for', async () => {
  const { root, files } = await host({ '/var/log/big': '' })
  await truncate(`${root}/var/log/big`, 1 << 30)
  const before = await bytesRead()
  expect(reasonOf(await files.read('/var/log/big'))).toBe('too-large')
  expect(await files.read('/var/log/big', { maxBytes: 3, keep: 'tail' })).toMatchObject({
    value: { truncated: 'tail' },
  })
  expect(await files.read('/var/log/big', { maxBytes: 3, keep: 'head' })).toMatchObject({
    value: { truncated: 'head' },
  })
  expect((await bytesRead()) - before).toBeLessThan(64 << 20)
})

/** What this process has read of anything since it began. */
const bytesRead = async (): Promise<number> => Number(/rchar: (\d+)/.exec(await readFile('/proc/self/io', 'utf8'))?.[1])

test('files of /proc, whose size is not told, are read to their end and bounded', async () => {
  const { files } = await host()
  expect(await readText(files, '/proc/sys/kernel/ostype')).toEqual({ status: 'ok', value: 'Linux\n' })
  expect((await readText(files, '/proc/self/status')).status).toBe('ok')
  expect(reasonOf(await files.read('/proc/self/status', { maxBytes: 10 }))).toBe('too-large')
  expect(await files.read('/proc/self/status', { maxBytes: 5, keep: 'head' })).toMatchObject({
    value: { bytes: Buffer.from('Name:'), truncated: 'head' },
  })
})

test('/proc/net is that of the reading process', async () => {
  const { files } = await host()
  const route = await readText(files, '/proc/net/route')
  expect(route).toMatchObject({ value: expect.stringContaining('Iface') })
})

test('what is not there is missing, also below a file', async () => {
  const { files } = await host()
  for (const path of ['/nope', '/etc/nope', '/etc/hostname/below', '/proc/sys/net/nope']) {
    expect(reasonOf(await files.read(path))).toBe('missing')
    expect(reasonOf(await files.list(path))).toBe('missing')
    expect(reasonOf(await files.stat(path))).toBe('missing')
  }
})

test('a FIFO and a device are named and never opened', async () => {
  const { root, files } = await host()
  execFileSync('mkfifo', [`${root}/fifo`])
  const device = filesOf('')
  expect(await files.stat('/fifo')).toMatchObject({ value: { type: 'other' } })
  expect(reasonOf(await files.read('/fifo'))).toBe('failed')
  expect(await device.stat('/dev/null')).toMatchObject({ value: { type: 'other' } })
  expect(reasonOf(await device.read('/dev/zero', { maxBytes: 10, keep: 'head' }))).toBe('failed')
})

test('a socket is named', async () => {
  const { root, files } = await host()
  const server = createServer().listen(`${root}/s`)
  onTestFinished(() => void server.close())
  expect(await files.stat('/s')).toMatchObject({ value: { type: 'socket' } })
  expect(reasonOf(await files.read('/s'))).toBe('failed')
})

test('folders are no files and files no folders', async () => {
  const { files } = await host()
  expect(reasonOf(await files.read('/etc'))).toBe('failed')
  expect(reasonOf(await files.list('/etc/hostname'))).toBe('failed')
})

test('the root itself can be listed and examined', async () => {
  const { files } = await host()
  expect(await files.list('/')).toEqual({ status: 'ok', value: ['etc'] })
  expect(await files.stat('/')).toMatchObject({ value: { type: 'dir' } })
})

test('names come sorted by bytes', async () => {
  const names = ['a', 'B', 'é', '\u{ff5e}', '\u{1f600}', 'a.conf', 'a-1']
  const { files } = await host(Object.fromEntries(names.map(name => [`/d/${name}`, ''])))
  const sorted = names.map(name => Buffer.from(name)).sort(Buffer.compare)
  expect(await files.list('/d')).toEqual({ status: 'ok', value: sorted.map(String) })
})

test('a folder with more entries than the limit is too large', async () => {
  // In memory: on a disk that others use it takes a minute.
  const root = mkdtempSync('/dev/shm/netcheck-')
  onTestFinished(() => void execFileSync('rm', ['-r', root]))
  execFileSync('sh', ['-c', `seq 0 ${limits.directoryEntries} | xargs touch`], { cwd: root })
  expect(reasonOf(await filesOf(root).list('/'))).toBe('too-large')
})

test('an entry has type, size, mode, time and inode; a link its target', async () => {
  const { root, files } = await host({ '/opt/cni/bin/bridge': 'ELF' })
  await chmod(`${root}/opt/cni/bin/bridge`, 0o4755)
  await symlink('bridge', `${root}/opt/cni/bin/alias`)
  expect(await files.stat('/opt/cni/bin/bridge')).toEqual({
    status: 'ok',
    value: { type: 'file', size: 3, mode: '4755', mtime: expect.stringMatching(/^20.*Z$/), inode: expect.any(Number) },
  })
  expect(await files.stat('/opt/cni/bin/alias')).toMatchObject({ value: { type: 'link', target: 'bridge' } })
  expect(await files.stat('/opt/cni')).toMatchObject({ value: { type: 'dir', mode: '0755' } })
})

test('links are followed as the host would: absolute ones below its root, in any step', async () => {
  const { root, files } = await host({ '/usr/lib/cni/bridge': 'inside' })
  await mkdir(`${root}/opt`)
  await symlink('/usr/lib/cni', `${root}/opt/bin`)
  await symlink('../usr/./lib/../lib/cni/bridge', `${root}/opt/relative`)
  await symlink('../../../../../../usr/lib/cni/bridge', `${root}/opt/above`)
  for (const path of ['/opt/bin/bridge', '/opt/relative', '/opt/above', '//opt/./bin/../../../usr/lib/cni/bridge']) {
    expect(await readText(files, path)).toEqual({ status: 'ok', value: 'inside' })
  }
  expect(await files.list('/opt/bin')).toEqual({ status: 'ok', value: ['bridge'] })
  expect(await files.stat('/opt/bin/bridge')).toMatchObject({ value: { type: 'file', size: 6 } })
})

test('no link leads out of the root', async () => {
  const { root, files } = await host()
  const outside = await hostRoot({ '/secret': 'outside' })
  await symlink(`${outside}/secret`, `${root}/absolute`)
  await symlink(`../${outside.split('/').pop()}/secret`, `${root}/relative`)
  await symlink(outside, `${root}/folder`)
  for (const path of ['/absolute', '/relative', '/folder/secret', `/..${outside}/secret`, `/../${outside}/secret`]) {
    expect(reasonOf(await files.read(path))).toBe('missing')
  }
})

test('a circle of links ends', async () => {
  const { root, files } = await host()
  await symlink('b', `${root}/a`)
  await symlink('a', `${root}/b`)
  expect(await files.read('/a')).toMatchObject({ reason: 'failed', detail: expect.stringContaining('links') })
  expect(await files.stat('/a')).toMatchObject({ value: { type: 'link', target: 'b' } })
})

test('links into the view of another process are not followed, only named', async () => {
  const { files } = await host()
  const { pid } = process
  expect(await files.stat(`/proc/${pid}/ns/net`)).toMatchObject({
    value: { type: 'link', target: expect.stringMatching(/^net:/) },
  })
  expect(await files.read(`/proc/${pid}/root/etc/hostname`)).toMatchObject({ reason: 'unsupported' })
  expect(await files.read('/proc/self/cwd/package.json')).toMatchObject({ reason: 'unsupported' })
})

test('a path with a NUL is a failed read', async () => {
  const { files } = await host()
  expect(reasonOf(await files.read('/etc/host\0name'))).toBe('failed')
})

test('a file that grows while it is read is bounded', async () => {
  const { root, files } = await host({ '/log': 'x'.repeat(1_000) })
  const writer = await open(`${root}/log`, 'a')
  onTestFinished(() => writer.close())
  const [reading] = await Promise.all([files.read('/log', { maxBytes: 1_500 }), writer.write('y'.repeat(5_000))])
  expect(['ok', 'too-large']).toContain(reasonOf(reading))
})

test('reading leaves no descriptor open', async () => {
  const { root, files } = await host({ '/a': 'text' })
  await symlink('/a', `${root}/link`)
  const openNow = async () => {
    const listed = await filesOf('').list('/proc/self/fd')
    return listed.status === 'ok' ? listed.value.length : listed
  }
  await openNow()
  const before = await openNow()
  for (const path of ['/a', '/link', '/nope', '/', '/proc/self/root/x']) {
    await files.read(path)
    await files.list(path)
    await files.stat(path)
  }
  expect(await openNow()).toEqual(before)
})

test('below /sys a link is followed within it, and never to the same path of this machine', async () => {
  const root = await hostRoot({ '/sys/kernel/x': '', '/sys/devices/eth0/mtu': '1500\n', '/outside/mtu': '9000\n' })
  await mkdir(`${root}/sys/class/net`, { recursive: true })
  await symlink('../../devices/eth0', `${root}/sys/class/net/eth0`)
  await symlink('/outside', `${root}/sys/class/net/eth1`)
  const host = liveFiles({ root, proc: '/proc', sys: `${root}/sys` })
  const read = async (name: string) => {
    const reading = await host.read(`/sys/class/net/${name}/mtu`)
    return reading.status === 'ok' ? new TextDecoder().decode(reading.value.bytes) : reading.reason
  }
  expect(await read('eth0')).toBe('1500\n')
  expect(await read('eth1')).toBe('9000\n')
  expect(await host.stat('/sys/class/net/eth0')).toMatchObject({
    value: { type: 'link', target: '../../devices/eth0' },
  })
})
