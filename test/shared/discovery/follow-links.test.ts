import { expect, test } from 'vitest'
import { followLinks } from '../../../shared/discovery/follow-links.ts'
import { given, reasonOf } from '../../support/collect.ts'
import { memoryHost } from '../../support/memory-host.ts'

const host = memoryHost({
  files: {
    '/data/bin/plugin-2.8.1': 'ELF',
    '/opt/cni/bin': { link: '/data/bin' },
    '/data/bin/plugin': { link: 'plugin-2.8.1' },
    '/data/up': { link: '../opt/cni/bin/./plugin' },
    '/dangling': { link: '/nowhere' },
    '/round/a': { link: 'b' },
    '/round/b': { link: '/round/a' },
    '/above': { link: '../../../data/bin/plugin-2.8.1' },
  },
})

test.each([
  ['/opt/cni/bin/plugin', '/data/bin/plugin-2.8.1'],
  ['/data/up', '/data/bin/plugin-2.8.1'],
  ['/above', '/data/bin/plugin-2.8.1'],
  ['/data/bin', '/data/bin'],
  ['/', '/'],
])('%s leads to %s', async (path, end) => {
  expect(given(await followLinks(host, path)).path).toBe(end)
})

test('a dangling link is missing, a circle is a failure, and neither hangs', async () => {
  expect(reasonOf(await followLinks(host, '/dangling'))).toBe('missing')
  expect(reasonOf(await followLinks(host, '/round/a'))).toBe('failed')
})
