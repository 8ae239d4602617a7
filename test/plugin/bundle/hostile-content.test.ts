import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mergeBundles } from '../../../plugin/bundle/merge.ts'
import { replaySnapshot } from '../../../plugin/bundle/replay.ts'
import { openBundle } from '../../../plugin/bundle/source.ts'
import { runNodes } from '../../../plugin/cli/nodes.ts'
import { memoryBundle } from '../../support/memory-bundle.ts'
import { memoryIo } from '../../support/memory-io.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const about = { format: 'netcheck-bundle/1', createdAt: '2026-03-04T05:06:07Z' }

test('a socket in a folder is refused, and not opened', async () => {
  await writeFile(join(folder, 'bundle.json'), JSON.stringify(about))
  const server = createServer().listen(join(folder, 'x'))
  await new Promise(resolve => server.once('listening', resolve))
  const source = await openBundle(folder)
  await expect(source.read('x')).rejects.toMatchObject({ code: 'BUNDLE', message: 'the bundle\'s "x" is not a file' })
  server.close()
})

test('folders are not entered through links, and no path climbs', async () => {
  await writeFile(join(folder, 'bundle.json'), JSON.stringify(about))
  await symlink('/etc', join(folder, 'nodes'))
  const source = await openBundle(folder)
  await expect(source.list('nodes')).rejects.toMatchObject({ code: 'BUNDLE' })
  await expect(source.read('nodes/hostname')).rejects.toMatchObject({ code: 'BUNDLE' })
  for (const path of ['../../etc/passwd', 'a/../../x', 'bundle.json\0', 'x'.repeat(9999)]) {
    expect(await source.read(path)).toBeNull()
    expect(await source.list(path)).toBeNull()
  }
})

test.each([
  ['nested a hundred thousand times', `{"items":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ['cut', '{"items":['],
  ['of another shape', '{"items":{"a":1}}'],
  ['with an endless number', '{"items":[1e999]}'],
])('JSON that is %s makes a part unread, and nothing else', async (_, nodes) => {
  const snapshot = await replaySnapshot(
    memoryBundle({ 'bundle.json': about, 'cluster/resources/core/v1/nodes.json': nodes, 'nodes/n/node.json': {} }),
    ['kernel'],
  )
  expect(snapshot.cluster.nodes).toMatchObject({ status: 'unavailable', reason: 'malformed' })
  expect(snapshot.nodes).toMatchObject([{ name: 'n', status: 'read' }])
})

test('names of prototypes are nodes like others', async () => {
  const names = ['__proto__', 'constructor', 'toString']
  const files = Object.fromEntries(names.map(name => [`nodes/${name}/files.json`, '{"__proto__":{"type":"missing"}}']))
  const items = names.map(name => ({ metadata: { name } }))
  const snapshot = await replaySnapshot(
    memoryBundle({ 'bundle.json': about, 'cluster/resources/core/v1/nodes.json': { items }, ...files }),
    ['kernel'],
  )
  expect(snapshot.nodes.map(({ name }) => name)).toEqual(names)
  expect(Object.prototype).not.toHaveProperty('type')
})

test('control characters of names do not reach the terminal', async () => {
  const name = 'n\u001b[2J\u0007\u202e'
  await mkdir(join(folder, 'nodes', name), { recursive: true })
  await writeFile(join(folder, 'bundle.json'), JSON.stringify({ ...about, partial: '\u001b]0;x\u0007' }))
  await writeFile(join(folder, 'nodes', name, 'node.json'), '{}')
  const { io, out, notes } = memoryIo()
  await runNodes({ from: folder, output: 'wide', failOn: 'error' }, io)
  expect(out()).toContain('n\u{FFFD}[2J')
  expect(`${out()}${notes.join('')}`).not.toMatch(/[\u001b\u0007\u202e]/)
})

test('of a node the newest recording counts, and the API comes from where it was read', async () => {
  const recording = (node: string, at: string, more: object = {}) =>
    memoryBundle({
      'bundle.json': { ...about, createdAt: at },
      [`nodes/${node}/node.json`]: { collectedAt: at },
      ...more,
    })
  const merged = await mergeBundles([
    recording('n1', '2026-03-04T05:00:00Z', { 'nodes/n1/files/x': 'old' }),
    recording('n1', '2026-03-04T06:00:00Z', { 'nodes/n1/files/x': 'new' }),
    recording('n2', '2026-03-04T04:00:00Z', { 'cluster/version.json': { gitVersion: 'v1.33.2' } }),
  ])
  expect(await merged.list('nodes')).toEqual(['n1', 'n2'])
  expect(Buffer.from((await merged.read('nodes/n1/files/x')) ?? []).toString()).toBe('new')
  expect(await merged.read('cluster/version.json')).not.toBeNull()
  expect(merged.notes).toEqual(['n1 is in 2 recordings: the newest (2026-03-04T06:00:00Z) is used'])
})
