import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readEntries } from '../../plugin/bundle/entries.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packed-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const formats = ['gnu', 'oldgnu', 'ustar', 'posix']

test.each(formats)('what tar packs as %s is read, also names that a header cuts behind a slash', async format => {
  const names = Array.from({ length: 30 }, (_, n) => `${'d'.repeat(60 + n)}/${'e'.repeat(20)}/core/pods.yaml`)
  for (const name of ['bundle.json', ...names]) {
    await mkdir(dirname(join(folder, 'raw', name)), { recursive: true })
    await writeFile(join(folder, 'raw', name), name)
  }
  const path = join(folder, 'b.tgz')
  await execa('tar', ['-C', folder, `--format=${format}`, '-czf', path, 'raw'])
  const read: string[] = []
  for await (const entry of readEntries(path)) {
    expect(Buffer.from(entry.bytes).toString()).toBe(entry.path)
    read.push(entry.path)
  }
  expect(read.sort()).toEqual(['bundle.json', ...names].sort())
})
