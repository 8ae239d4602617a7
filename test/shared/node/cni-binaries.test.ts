import { readFileSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { cniBinaries } from '../../../shared/node/cni-binaries.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'
import type { MemoryFile } from '../../support/memory-host.ts'

const elf = new Uint8Array(readFileSync(process.execPath).subarray(0, 64))
const { size } = statSync(process.execPath)

const entries = async (files: Record<string, MemoryFile>) => {
  const [directory] = given(await collect(cniBinaries, { files })).directories
  const list = given(directory?.entries ?? unavailable('failed', 'no directory'))
  return new Map(list.map(entry => [entry.name, entry]))
}

test('a program is known by its head and by its size', async () => {
  const found = await entries({
    '/opt/cni/bin/whole': { content: elf, size, mode: '0755' },
    '/opt/cni/bin/cut': { content: elf, size: size / 2, mode: '0755' },
    '/opt/cni/bin/empty': { content: '', mode: '0644' },
    '/opt/cni/bin/script': { content: '#!/bin/sh\n', mode: '0755' },
    '/opt/cni/bin/page': { content: '<!DOCTYPE html>', mode: '0755' },
  })
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  expect(found.get('whole')).toMatchObject({ kind: 'elf', architecture, cut: false, mode: '0755', target: null })
  expect(found.get('cut')).toMatchObject({ kind: 'elf', cut: true })
  expect(found.get('empty')).toMatchObject({ kind: 'empty', architecture: null, cut: null, mode: '0644' })
  expect(found.get('script')).toMatchObject({ kind: 'script', cut: null })
  expect(found.get('page')).toMatchObject({ kind: 'other' })
})

test('a link is followed within the host, a dangling one leads to nothing', async () => {
  const found = await entries({
    '/opt/cni/bin/weave-net': { link: '/srv/weave-plugin-2.8.1' },
    '/opt/cni/bin/weave-ipam': { link: 'weave-plugin-gone' },
    '/srv/weave-plugin-2.8.1': { content: '#!/bin/sh\n', mode: '0755' },
  })
  expect(found.get('weave-net')).toMatchObject({
    type: 'link',
    target: '/srv/weave-plugin-2.8.1',
    kind: 'script',
    file: { status: 'ok', value: { size: 10, mode: '0755' } },
  })
  expect(found.get('weave-ipam')).toMatchObject({ type: 'link', kind: null, file: { reason: 'missing' } })
})

test('what is no file and what cannot be read have no guessed kind', async () => {
  const found = await entries({
    '/opt/cni/bin/folder/x': '',
    '/opt/cni/bin/secret': unavailable('denied', 'no'),
  })
  expect(found.get('folder')).toMatchObject({ type: 'dir', kind: null, file: { reason: 'unsupported' } })
  expect(found.get('secret')).toMatchObject({ type: 'unknown', kind: null, file: { reason: 'denied' } })
})

test('a missing directory is an answer, an unreadable one is not', async () => {
  const [directory] = given(await collect(cniBinaries, { files: {} })).directories
  expect(directory).toMatchObject({ path: '/opt/cni/bin', source: 'default', entries: { reason: 'missing' } })
  expect(reasonOf(await collect(cniBinaries, { files: { '/opt/cni/bin': unavailable('denied', 'no') } }))).toBe(
    'denied',
  )
})
