import { expect, test } from 'vitest'
import { lookAgain } from '../../../shared/discovery/second-look.ts'
import type { FileEntry, Host, SmallFile } from '../../../shared/host.ts'
import { ok } from '../../../shared/reading.ts'
import { memoryHost } from '../../support/memory-host.ts'

const from = Date.parse('2026-01-01T12:00:00.000Z')
const path = '/store'
const mtime = '2026-01-01T11:00:00.000Z'
const old: FileEntry = { type: 'dir', mtime, inode: 3 }
const reservations = ['10.0.0.1', '10.0.0.2'].map(address => ({ address, containerId: 'gone', mtime, inode: 7 }))
const same: SmallFile = { text: '', mtime, inode: 7 }

/** What changed, and which files were examined for it, when the folder is this at either look. */
async function look(folder: FileEntry | null, later: FileEntry, file: SmallFile = same) {
  const examined: string[] = []
  const host: Host = {
    ...memoryHost({ cri: { 'pod-sandboxes': { items: [] } } }),
    stat: async () => ok(later),
    readSmall: async ({ names }) => {
      examined.push(...names)
      return names.map(() => file)
    },
  }
  const context = { now: () => from + 1_000, pause: async () => {}, sampleMs: 500 }
  const { changed } = await lookAgain(host, [{ path, folder, reservations }], { context, from, until: from + 5_000 })
  return { changed, examined: examined.length }
}

test('files of a folder that nobody wrote to are the same without being examined', async () => {
  expect(await look(old, old)).toEqual({ changed: [], examined: 0 })
})

test.each([
  ['was written to since', old, { ...old, mtime: '2026-01-01T12:00:00.500Z' }],
  ['is another folder', old, { ...old, inode: 4 }],
  [
    'was written to a moment before',
    { ...old, mtime: '2026-01-01T11:59:58.500Z' },
    { ...old, mtime: '2026-01-01T11:59:58.500Z' },
  ],
  ['has a time to come', { ...old, mtime: '2026-01-01T12:30:00.000Z' }, { ...old, mtime: '2026-01-01T12:30:00.000Z' }],
  ['has no time', { type: 'dir', inode: 3 }, { type: 'dir', inode: 3 }],
  ['has no inode', { type: 'dir', mtime }, { type: 'dir', mtime }],
  ['could not be examined before', null, old],
] satisfies readonly (readonly [string, FileEntry | null, FileEntry])[])(
  'each file is examined where the folder %s',
  async (_, folder, later) => {
    expect(await look(folder, later)).toEqual({ changed: [], examined: 2 })
    const { changed } = await look(folder, later, { ...same, inode: 8 })
    expect(changed).toEqual(['/store/10.0.0.1', '/store/10.0.0.2'])
  },
)
