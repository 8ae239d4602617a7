import { execFileSync } from 'node:child_process'
import { mkdir, symlink } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { liveFiles } from '../../../agent/host/files.ts'
import { decodeText } from '../../../shared/text.ts'
import { hostRoot } from '../../support/temporary-folder.ts'

async function host(files: Record<string, string | Uint8Array>) {
  const root = await hostRoot(files)
  const live = liveFiles({ root, proc: '/proc', sys: '/sys' })
  const readSmall = async (folder: string, names: readonly string[], maxBytes = 100) =>
    (await live.readSmall?.({ folder, names, maxBytes })) ?? []
  return { root, live, readSmall }
}

const byteOrderMark = new TextEncoder().encode('\u{FEFF}text')

test('files read together are what each is alone', async () => {
  const bytes = fc.uint8Array({ maxLength: 120 })
  const text = fc.string({ unit: 'grapheme', maxLength: 40 }).map(text => new TextEncoder().encode(text))
  const contents = fc.array(fc.oneof(bytes, text, fc.constant(byteOrderMark)), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(contents, async given => {
      const { live, readSmall } = await host(Object.fromEntries(given.map((bytes, index) => [`/d/${index}`, bytes])))
      const names = given.map((_, index) => String(index))
      const together = await readSmall('/d', names)
      const isText = (bytes: Uint8Array) => !decodeText({ bytes }).includes('\u{FFFD}')
      const alone = await Promise.all(
        names.map(async name => {
          const [content, entry] = await Promise.all([
            live.read(`/d/${name}`, { maxBytes: 100 }),
            live.stat(`/d/${name}`),
          ])
          if (content.status !== 'ok' || entry.status !== 'ok') return null
          if (!isText(content.value.bytes)) return null
          return { text: decodeText(content.value), mtime: entry.value.mtime, inode: entry.value.inode }
        }),
      )
      expect(together).toEqual(alone)
    }),
    { numRuns: 10 },
  )
})

test('whether files are still the same is told without what they hold, however large they are', async () => {
  const { root, live } = await host({ '/d/small': 'text', '/d/large': 'a'.repeat(5_000), '/secret': 'other' })
  await symlink('/secret', `${root}/d/link`)
  const names = ['small', 'large', 'link', 'nope']
  const [small, large, ...others] = (await live.readSmall?.({ folder: '/d', names, maxBytes: 0, content: false })) ?? []
  const entry = await live.stat('/d/large')
  expect(entry).toMatchObject({ value: { mtime: large?.mtime, inode: large?.inode } })
  expect([small, large].map(file => file?.text)).toEqual(['', ''])
  expect(others).toEqual([null, null])
})

test('links, FIFOs, folders, names that lead elsewhere and what is not there are left to be read alone', async () => {
  const { root, readSmall } = await host({ '/d/file': 'text', '/secret': 'other', '/d/inner/deep': 'deep' })
  await symlink('/secret', `${root}/d/link`)
  execFileSync('mkfifo', [`${root}/d/fifo`])
  const names = ['link', 'fifo', 'inner', 'inner/deep', '../secret', '..', '.', '', 'nope']
  expect(await readSmall('/d', names)).toEqual(names.map(() => null))
  const [file] = await readSmall('/d', ['file'])
  expect(file?.text).toBe('text')
})

test('a folder behind a link is that of the host, never one outside of its root', async () => {
  const { root, readSmall } = await host({ '/real/file': 'inside' })
  const outside = await hostRoot({ '/file': 'outside' })
  await mkdir(`${root}${outside}`, { recursive: true })
  await symlink('/real', `${root}/linked`)
  await symlink(outside, `${root}/escape`)
  const [file] = await readSmall('/linked', ['file'])
  expect(file?.text).toBe('inside')
  expect(await readSmall('/escape', ['file'])).toEqual([null])
})

test('folders that are none, and those of the kernel, are left to be read alone', async () => {
  const { readSmall } = await host({ '/file': '' })
  expect(await readSmall('/nope', ['a'])).toEqual([null])
  expect(await readSmall('/file', ['a'])).toEqual([null])
  expect(await readSmall('/proc/sys/kernel', ['ostype'])).toEqual([null])
})
