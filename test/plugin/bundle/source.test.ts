import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { createGzip, gzipSync } from 'node:zlib'
import tar from 'tar-stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openBundle } from '../../../plugin/bundle/source.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function pack(entries: readonly (readonly [{ name: string }, string])[]): Promise<string> {
  const pack = tar.pack()
  for (const [header, text] of entries) pack.entry(header, text)
  pack.finalize()
  const path = join(folder, 'b.tar.gz')
  await writeFile(path, await buffer(pack.pipe(createGzip())))
  return path
}

const text = async (bytes: Promise<Uint8Array | null>) => new TextDecoder().decode((await bytes) ?? new Uint8Array())

test('a folder and the same folder packed give the same bundle', async () => {
  await mkdir(join(folder, 'raw/nodes/n'), { recursive: true })
  await writeFile(join(folder, 'raw/bundle.json'), '{}')
  await writeFile(join(folder, 'raw/nodes/n/node.json'), '{"a":1}')
  const packed = await pack([
    [{ name: 'top/bundle.json' }, '{}'],
    [{ name: './top/nodes/n/node.json' }, '{"a":1}'],
  ])
  for (const source of [await openBundle(join(folder, 'raw')), await openBundle(packed)]) {
    expect(await text(source.read('nodes/n/node.json'))).toBe('{"a":1}')
    expect(await source.list('nodes')).toEqual(['n'])
    expect(await source.list('none')).toBeNull()
    expect(await source.read('none')).toBeNull()
    expect(await source.read('nodes')).toBeNull()
  }
})

test.each([
  ['absent', async () => join(folder, 'absent'), /cannot read the bundle .*: there is no such file or folder$/],
  ['an empty folder', async () => folder, /no bundle\.json/],
  ['a file that is no gzip', async () => write('x.tar.gz', 'hello'), /not a tar archive/],
  [
    'a cut archive',
    async () => write('x.tar.gz', gzipSync('x'.repeat(2000)).subarray(0, 20)),
    /cannot be unpacked|not a tar archive/,
  ],
  ['a path that leads out', () => pack([[{ name: 'top/../../etc/passwd' }, 'x']]), /outside/],
  ['an absolute path', () => pack([[{ name: '/etc/passwd' }, 'x']]), /outside/],
])('%s is one clear error', async (_, make, message) => {
  await expect(make().then(openBundle)).rejects.toMatchObject({
    name: 'NetcheckError',
    code: 'BUNDLE',
    message: expect.stringMatching(message),
  })
})

test('a link that leads out of a folder is refused', async () => {
  await writeFile(join(folder, 'bundle.json'), '{}')
  await symlink('/etc/hostname', join(folder, 'out'))
  const source = await openBundle(folder)
  await expect(source.read('out')).rejects.toMatchObject({ code: 'BUNDLE' })
})

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}
