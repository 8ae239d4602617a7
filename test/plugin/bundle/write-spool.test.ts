import { readdir } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Spool } from '../../../plugin/bundle/write-spool.ts'
import { piecesOf } from '../../../shared/protocol/file.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function contentOf(spool: Spool): Promise<Record<string, string | null>> {
  const content: Record<string, string | null> = {}
  for await (const { path, bytes } of spool.entries()) content[path] = bytes && Buffer.from(bytes).toString()
  await spool.close()
  return content
}

test('files of any size, packed or not, come back whole', async () => {
  const folder = await temporaryFolder()
  const file = fc.record({ text: fc.string({ maxLength: 3 }), times: fc.nat(200_000), gzip: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(file, { maxLength: 5 }), async files => {
      const spool = new Spool(folder)
      const texts = files.map(({ text, times }) => text.repeat(times))
      for (const [at, { gzip }] of files.entries()) {
        const body = Buffer.from(texts[at] ?? '')
        const bytes = gzip ? gzipSync(body) : body
        for (const piece of piecesOf({ path: `files/${at}`, size: body.length, gzip, bytes })) await spool.add(piece)
      }
      const expected = Object.fromEntries(texts.map((text, at) => [`files/${at}`, Buffer.from(text).toString()]))
      expect(await contentOf(spool)).toEqual(expected)
    }),
    { numRuns: 20 },
  )
})

test('of files with one path the last is kept, and of logs the largest', async () => {
  const spool = new Spool(await temporaryFolder())
  const log = 'cluster/logs/kube-system/p/c.log'
  for (const path of [log, 'files/var/log/syslog', 'cri/pod-sandboxes.json'])
    for (const text of ['end', 'longer end', 'end']) await spool.put(path, Buffer.from(text))
  expect(await contentOf(spool)).toEqual({
    [log]: 'longer end',
    'files/var/log/syslog': 'longer end',
    'cri/pod-sandboxes.json': 'end',
  })
})

test('a file that does not unpack to its size is broken, and spoils no other', async () => {
  const spool = new Spool(await temporaryFolder())
  const bomb = gzipSync(Buffer.alloc(1 << 20))
  await spool.add({ path: 'bomb', size: 10, gzip: true, last: true, bytes: bomb })
  await spool.add({ path: 'short', size: 10, gzip: false, last: true, bytes: Buffer.from('x') })
  await spool.add({ path: 'garbage', size: 10, gzip: true, last: true, bytes: Buffer.from('x') })
  await spool.put('fine', Buffer.from('fine'))
  expect(await contentOf(spool)).toEqual({ bomb: null, short: null, garbage: null, fine: 'fine' })
})

test('it has no name in its folder, so nothing of it outlives the process', async () => {
  const folder = await temporaryFolder()
  const spool = new Spool(folder)
  await spool.put('x', Buffer.alloc(1 << 20))
  expect(await readdir(folder)).toEqual([])
  await spool.close()
})

test('a folder that is not there is told to whoever writes', async () => {
  const spool = new Spool('/nowhere')
  await expect(spool.put('x', Buffer.alloc(1 << 20))).rejects.toMatchObject({ code: 'ENOENT' })
})
