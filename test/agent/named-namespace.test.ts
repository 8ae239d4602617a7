import { lstat, mkdir, symlink, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { lookAtNamespace } from '../../agent/release/named-namespace.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A procfs with one mount of a namespace and process 7, whose own namespace is what `join` makes of it. */
async function procWith(join: (path: string, namespace: string) => Promise<void>) {
  const proc = await temporaryFolder()
  await mkdir(`${proc}/1/root/run/netns`, { recursive: true })
  await mkdir(`${proc}/7/task/8/ns`, { recursive: true })
  await mkdir(`${proc}/7/task/9`)
  await writeFile(`${proc}/1/root/run/netns/x`, '')
  const { ino } = await lstat(`${proc}/1/root/run/netns/x`)
  const line = `40 30 0:4 net:[${ino}] /run/netns/x rw shared:5 - nsfs nsfs rw\n`
  await writeFile(`${proc}/1/mountinfo`, `22 1 0:20 / /proc rw - proc proc rw\n${line}`)
  await join(`${proc}/7/task/8/ns/net`, `net:[${ino}]`)
  return proc
}

test('a namespace is idle when every thread that is left is in another one', async () => {
  const proc = await procWith(path => symlink('net:[1]', path))
  expect(await lookAtNamespace('x', proc)).toEqual({ kind: 'idle' })
  expect(await lookAtNamespace('y', proc)).toEqual({ kind: 'gone' })
})

test('one thread of a process is enough to keep it', async () => {
  const proc = await procWith((path, namespace) => symlink(namespace, path))
  expect(await lookAtNamespace('x', proc)).toEqual({ kind: 'kept', why: 'process 7 is in it' })
})

test('a process that cannot be seen keeps it', async () => {
  const proc = await procWith(path => writeFile(path, 'no link'))
  expect(await lookAtNamespace('x', proc)).toMatchObject({
    kind: 'kept',
    why: expect.stringContaining('cannot be seen'),
  })
})
