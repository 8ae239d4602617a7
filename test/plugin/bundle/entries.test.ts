import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readEntries } from '../../../plugin/bundle/entries.ts'
import { pack } from '../../support/pack.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entries-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const files = { 'bundle.json': '{}', 'cluster/version.json': 'v', 'nodes/n/node.json': '{"a":1}' }

async function write(name: string, bytes: Uint8Array): Promise<string> {
  await writeFile(join(folder, name), bytes)
  return join(folder, name)
}

async function readAll(path: string): Promise<Record<string, string>> {
  const read: Record<string, string> = {}
  for await (const entry of readEntries(path)) read[entry.path] = new TextDecoder().decode(entry.bytes)
  return read
}

const below = (top: string) => Object.entries(files).map(([name, text]) => ({ name: top + name, text }))

test.each([
  ['packed with a top folder', async () => write('b.tgz', await pack(below('top/')))],
  ['packed without one', async () => write('b.tar.gz', await pack(below('./')))],
  ['not packed by gzip', async () => write('b.tar', await pack(below('top/'), { gzip: false }))],
  ['with bundle.json last', async () => write('b.tgz', await pack(below('top/').reverse()))],
  ['in a folder', unpacked],
])('all files of a bundle are read: %s', async (_, make) => {
  expect(await readAll(await make())).toEqual(files)
})

async function unpacked(): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, 'raw', name, '..'), { recursive: true })
    await writeFile(join(folder, 'raw', name), text)
  }
  return join(folder, 'raw')
}

test('what lies beside the folder of the bundle is left out', async () => {
  const path = await write('b.tgz', await pack([{ name: '._top', text: 'x' }, ...below('top/')]))
  expect(await readAll(path)).toEqual(files)
})

test('a cut archive gives what is whole, and then an error', async () => {
  const whole = await pack(below('top/'), { gzip: false })
  const path = await write('b.tar', whole.subarray(0, 2048 + 512 + 3))
  const read: string[] = []
  const reading = async () => {
    for await (const entry of readEntries(path)) read.push(entry.path)
  }
  await expect(reading()).rejects.toMatchObject({ code: 'BUNDLE', message: expect.stringContaining('it is cut') })
  expect(read).toEqual(['bundle.json', 'cluster/version.json'])
})

test('an archive without bundle.json, and none at all, are errors that name the file', async () => {
  const path = await write('b.tgz', await pack([{ name: 'top/x', text: '' }]))
  await expect(readAll(path)).rejects.toMatchObject({
    code: 'BUNDLE',
    message: `cannot read the bundle "${path}": it has no bundle.json`,
  })
  await expect(readAll(join(folder, 'none'))).rejects.toMatchObject({
    code: 'BUNDLE',
    message: `cannot read the bundle "${join(folder, 'none')}": there is no such file or folder`,
  })
})

test('a link out of a folder is an error', async () => {
  const path = await unpacked()
  await symlink('/etc/hostname', join(path, 'out'))
  await expect(readAll(path)).rejects.toMatchObject({ code: 'BUNDLE', message: expect.stringContaining('leads out') })
})
