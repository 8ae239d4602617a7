import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { archiveSource } from '../../../plugin/bundle/archive.ts'
import type { BundleSource } from '../../../plugin/bundle/source.ts'
import { readTar } from '../../../plugin/bundle/tar.ts'
import { NetcheckError } from '../../../shared/errors.ts'
import { type Packed, pack } from '../../support/pack.ts'

const whole: readonly Packed[] = [
  { name: 'top/bundle.json', text: '{}' },
  { name: 'top/cluster/version.json', text: '{"gitVersion":"v1.30.0"}' },
]

async function* piecesOf(bytes: Uint8Array, size = 4096): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

async function pathsOf(bytes: Uint8Array): Promise<readonly string[]> {
  const paths: string[] = []
  for await (const { path } of readTar(piecesOf(bytes))) paths.push(path)
  return paths
}

const link = (type: 'symlink' | 'link', linkname: string): Packed => ({ name: 'top/nodes/n', type, linkname })
const special = (type: 'character-device' | 'block-device' | 'fifo'): Packed => ({ name: 'top/x', type })

test.each<[string, Packed, RegExp]>([
  ['a path that climbs', { name: 'top/../../etc/passwd', text: 'x' }, /outside of its folder/],
  ['an absolute path', { name: '/etc/passwd', text: 'x' }, /outside of its folder/],
  ['a folder that climbs', { name: '../x', type: 'directory' }, /outside of its folder/],
  ['a symbolic link to an absolute path', link('symlink', '/etc/passwd'), /leads out of it: to "\/etc\/passwd"/],
  ['a symbolic link that climbs', link('symlink', '../../../x'), /leads out of it/],
  ['a hard link to an absolute path', link('link', '/etc/shadow'), /leads out of it/],
  ['a hard link that climbs', link('link', '../x'), /leads out of it/],
  ['a character device', special('character-device'), /"top\/x" is a character device/],
  ['a block device', special('block-device'), /is a block device/],
  ['a FIFO', special('fifo'), /is a FIFO/],
  ['a sparse file', { name: 'top/x', text: 'x', pax: { 'GNU.sparse.realsize': '9'.repeat(15) } }, /a sparse file/],
  ['a very long name', { name: `top/${'x'.repeat(5000)}`, text: 'x' }, /a path longer than allowed/],
  ['a very deep name', { name: `top/${'d/'.repeat(100)}x`, text: 'x' }, /a path longer than allowed/],
  ['a size beyond the limit', { name: 'top/x', text: 'x', pax: { size: '10737418240' } }, /has 10737418240 bytes/],
  ['a size that is no number', { name: 'top/x', text: 'x', pax: { size: 'many' } }, /with the size "many"/],
  [
    'pax values without end',
    { name: 'top/x', text: 'x', pax: { comment: 'x'.repeat(5 << 20) } },
    /longer than allowed/,
  ],
  ['an escape sequence in a name', { name: '/\u001b[2J\u0007', text: 'x' }, /folder: "\/\u{FFFD}\[2J\u{FFFD}"$/u],
])('%s is one clear error', async (_, entry, message) => {
  const bytes = await pack([...whole, entry])
  await expect(pathsOf(bytes)).rejects.toMatchObject({ code: 'BUNDLE', message: expect.stringMatching(message) })
})

test('links inside do no harm, and are no files', async () => {
  const bytes = await pack([...whole, link('symlink', '../cluster'), { ...link('link', 'top/bundle.json'), name: 'y' }])
  expect(await pathsOf(bytes)).toEqual(['top/bundle.json', 'top/cluster/version.json'])
})

test('a gzip in a gzip is refused', async () => {
  await expect(pathsOf(gzipSync(await pack(whole)))).rejects.toMatchObject({ message: 'the bundle is packed twice' })
})

test('long names are whole, wherever a header cuts them', async () => {
  const names = Array.from({ length: 40 }, (_, n) => `top/${'x'.repeat(70 + n)}/y/z.json`)
  const bytes = await pack(names.map(name => ({ name, text: name })))
  expect(await pathsOf(bytes)).toEqual(names)
})

test('many members of gzip are one archive', async () => {
  const bytes = await pack(whole, { gzip: false })
  const members = Array.from({ length: bytes.length / 512 }, (_, n) => gzipSync(bytes.subarray(n * 512, n * 512 + 512)))
  expect(await pathsOf(Buffer.concat(members))).toHaveLength(2)
})

test('a bomb is refused long before it is unpacked', async () => {
  const start = await pack([{ name: 'top/x', text: new Uint8Array(32 << 20) }], { gzip: false })
  const member = gzipSync(start.subarray(0, -1024), { level: 9 })
  const bytes = Buffer.concat(Array.from({ length: 200 }, () => member))
  await expect(pathsOf(bytes)).rejects.toMatchObject({ message: expect.stringMatching(/more than 250 times its size/) })
})

test('of two files by one path the later counts, and another case is another file', async () => {
  const source = await archiveSource(
    piecesOf(await pack([...whole, { name: 'top/Bundle.json', text: 'B' }, { name: 'top/bundle.json', text: '2' }])),
  )
  expect(Buffer.from((await source.read('top/bundle.json')) ?? []).toString()).toBe('2')
  expect(await source.list('top')).toEqual(['Bundle.json', 'bundle.json', 'cluster'])
})

test('a file that is a folder too is refused', async () => {
  const bytes = await pack([...whole, { name: 'top/bundle.json/x', text: '' }])
  await expect(archiveSource(piecesOf(bytes))).rejects.toMatchObject({ code: 'BUNDLE' })
})

test('names of prototypes are names', async () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  const source = await archiveSource(piecesOf(await pack(names.map(name => ({ name: `${name}/${name}`, text: name })))))
  expect(await source.list('')).toEqual([...names].sort())
  for (const name of names) expect(Buffer.from((await source.read(`${name}/${name}`)) ?? []).toString()).toBe(name)
  expect(await source.read('valueOf')).toBeNull()
  expect(await source.list('valueOf')).toBeNull()
})

test('an archive that is cut anywhere is what is whole of it, or one clear error', async () => {
  const archives = [await pack(whole, { gzip: false }), await pack(whole)]
  await fc.assert(
    fc.asyncProperty(fc.nat(archives.length - 1), fc.nat(9999), async (number, share) => {
      const archive = archives[number] ?? new Uint8Array()
      const cut = archive.subarray(0, Math.floor((archive.length * share) / 10_000))
      const source = await archiveSource(piecesOf(cut)).catch((error: unknown) => error)
      if (source instanceof NetcheckError) {
        expect(source.code).toBe('BUNDLE')
        return
      }
      const read = await Promise.all(whole.map(({ name }) => (source as BundleSource).read(name)))
      const texts = read.map(bytes => bytes && Buffer.from(bytes).toString())
      expect(whole.map(({ text }, at) => texts[at] ?? text)).toEqual(whole.map(({ text }) => text))
      expect(texts[0]).toBe(whole[0]?.text)
    }),
  )
})

test('a cut behind a file is told', async () => {
  const archive = await pack(whole, { gzip: false })
  const source = await archiveSource(piecesOf(archive.subarray(0, 1024)))
  expect(source).toMatchObject({ isCut: true, notes: [expect.stringContaining('the archive is cut')] })
  expect(await source.list('top')).toEqual(['bundle.json'])
  expect(await archiveSource(piecesOf(archive))).toMatchObject({ isCut: false, notes: [] })
})

test('whatever bytes an archive has, it is a bundle or one clear error', async () => {
  const archives = [await pack(whole, { gzip: false }), await pack(whole)]
  const change = fc.record({ at: fc.nat(9999), bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }) })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...archives), fc.array(change, { maxLength: 4 }), async (archive, changes) => {
      const bytes = Uint8Array.from(archive)
      for (const each of changes) {
        const at = Math.floor((bytes.length * each.at) / 10_000)
        bytes.set(each.bytes.subarray(0, bytes.length - at), at)
      }
      const outcome = await archiveSource(piecesOf(bytes, 100)).catch((error: unknown) => error)
      if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'NetcheckError', code: 'BUNDLE' })
    }),
    { numRuns: 200 },
  )
})
