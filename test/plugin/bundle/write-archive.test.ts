import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type BundleAbout, createArchive, streamArchive } from '../../../plugin/bundle/write-archive.ts'
import { needs } from '../../support/requirements.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const at = new Date('2026-11-21T17:00:00Z')
const about: BundleAbout = {
  format: 'netcheck-bundle/1',
  createdAt: at.toISOString(),
  tool: 'netcheck 0',
  redacted: false,
}
const setup = { folder: 'b', at, rewrite: <T>(entry: T) => entry, about: { ...about, partial: 'not ended' } }
const begin = (path: string) => createArchive(path, setup, 7)
const text = (content: string) => new TextEncoder().encode(content)

/** What tar says is in an archive. */
const unpack = (path: string, name: string) => execFileSync('tar', ['xzfO', path, name]).toString()
const list = (path: string) => execFileSync('tar', ['tzf', path]).toString().trim().split('\n')

test('entries stand below one folder for their owner alone, and bundle.json is the first', async () => {
  const folder = await temporaryFolder()
  const archive = await begin(`${folder}/b.tar.gz`)
  const long = `nodes/n1/files/${'long/'.repeat(40)}é.conf`
  await archive.add({ path: 'README.txt', bytes: text('read me') })
  await archive.add({ path: long, bytes: text('') })
  expect(await readdir(folder)).toEqual(['.b.tar.gz.7'])
  await archive.finish(about)
  expect(await readdir(folder)).toEqual(['b.tar.gz'])
  expect((await stat(`${folder}/b.tar.gz`)).mode & 0o777).toBe(0o600)
  const verbose = execFileSync('tar', ['tzvf', `${folder}/b.tar.gz`, '--quoting-style=literal']).toString()
  expect(verbose.trim().split('\n')).toEqual([
    expect.stringMatching(/^-rw------- .* b\/bundle\.json$/),
    expect.stringMatching(/^-rw------- .* b\/README\.txt$/),
    expect.stringContaining(`b/${long}`),
  ])
  expect(unpack(`${folder}/b.tar.gz`, 'b/README.txt')).toBe('read me')
  expect(JSON.parse(unpack(`${folder}/b.tar.gz`, 'b/bundle.json'))).toEqual(about)
})

test('many and large entries come back, in turn however they are added', async () => {
  const path = `${await temporaryFolder()}/b.tgz`
  const archive = await begin(path)
  const large = randomBytes(5 << 20)
  const added = Array.from({ length: 200 }, (_, index) => archive.add({ path: `f${index}`, bytes: text(`${index}`) }))
  added.push(archive.add({ path: 'large', bytes: large }))
  await Promise.all(added)
  await archive.finish(about)
  expect(list(path)).toHaveLength(202)
  expect(unpack(path, 'b/f199')).toBe('199')
  expect(execFileSync('tar', ['xzfO', path, 'b/large'], { maxBuffer: 8 << 20 }).equals(large)).toBe(true)
})

test('every entry is rewritten before it is written', async () => {
  const path = `${await temporaryFolder()}/b.tar.gz`
  const archive = await createArchive(path, { ...setup, rewrite: entry => ({ ...entry, bytes: text('hidden') }) }, 7)
  await archive.add({ path: 'x', bytes: text('secret') })
  await archive.finish(about)
  expect(unpack(path, 'b/x')).toBe('hidden')
})

test('a long reason is cut, so that bundle.json keeps its length', async () => {
  const path = `${await temporaryFolder()}/b.tar.gz`
  const archive = await begin(path)
  await archive.finish({ ...about, partial: 'é"\\'.repeat(10_000) })
  expect(JSON.parse(unpack(path, 'b/bundle.json')).partial).toMatch(/^é"\\.*…$/)
})

test('what is there is not overwritten, and no link is followed', async () => {
  const folder = await temporaryFolder()
  const archive = await begin(`${folder}/b.tar.gz`)
  await symlink('elsewhere', `${folder}/b.tar.gz`)
  await expect(archive.finish(about)).rejects.toMatchObject({
    code: 'BUNDLE',
    message: expect.stringContaining(`the bundle is ${folder}/.b.tar.gz.7`),
  })
  expect((await readdir(folder)).sort()).toEqual(['.b.tar.gz.7', 'b.tar.gz'])
  expect(list(`${folder}/.b.tar.gz.7`)).toEqual(['b/bundle.json'])
})

test('a temporary name that is taken is refused', async () => {
  const folder = await temporaryFolder()
  await writeFile(`${folder}/.b.tar.gz.7`, 'of somebody else')
  await expect(begin(`${folder}/b.tar.gz`)).rejects.toMatchObject({ code: 'BUNDLE' })
  expect(await readdir(folder)).toEqual(['.b.tar.gz.7'])
})

test('a folder that is not there is one sentence', async () => {
  await expect(begin('/nowhere/b.tar.gz')).rejects.toMatchObject({
    message: '/nowhere/b.tar.gz cannot be written: there is no folder /nowhere',
  })
})

test('dropped, nothing is left', async () => {
  const folder = await temporaryFolder()
  const archive = await begin(`${folder}/b.tar.gz`)
  await archive.add({ path: 'x', bytes: randomBytes(2 << 20) })
  await archive.drop()
  expect(await readdir(folder)).toEqual([])
})

test('a stream gets the same, with bundle.json at its end', async () => {
  const path = `${await temporaryFolder()}/b.tar.gz`
  const chunks: Uint8Array[] = []
  const archive = streamArchive(async bytes => void chunks.push(bytes), setup)
  await archive.add({ path: 'x', bytes: text('x') })
  await archive.finish(about)
  await writeFile(path, Buffer.concat(chunks))
  expect(list(path)).toEqual(['b/x', 'b/bundle.json'])
})

test('a stream that nobody reads is one sentence, to everybody who adds', async () => {
  const broken = streamArchive(() => Promise.reject(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })), setup)
  const message = 'standard output cannot be written: nobody reads it to its end'
  await expect(broken.add({ path: 'x', bytes: randomBytes(2 << 20) })).rejects.toMatchObject({ message })
  await expect(broken.add({ path: 'y', bytes: text('y') })).rejects.toMatchObject({ message })
})

describe.runIf(needs('bundles on a full disk', 'root'))('as root', () => {
  test('a full disk leaves what was written before, whole and marked', async () => {
    const folder = `${await temporaryFolder()}/small`
    await mkdir(folder)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'none', folder])
    onTestFinished(() => void execFileSync('umount', [folder]))
    const path = `${folder}/b.tar.gz`
    const archive = await begin(path)
    const message = `${path} cannot be written: no space is left`
    const fill = async () => {
      for (let index = 0; index < 10; index += 1) await archive.add({ path: `f${index}`, bytes: randomBytes(1 << 20) })
    }
    await expect(fill()).rejects.toMatchObject({ message })
    await archive.finish(about)
    const names = list(path)
    expect(names[0]).toBe('b/bundle.json')
    expect(names.length).toBeGreaterThan(1)
    expect(names.length).toBeLessThan(10)
    expect(JSON.parse(unpack(path, 'b/bundle.json'))).toEqual({ ...about, partial: message })
  })
})
