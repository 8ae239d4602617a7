import { mkdir, symlink } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { findMounts, reach } from '../../../agent/host/mounts.ts'
import { hostRoot, temporaryFolder } from '../../support/temporary-folder.ts'

test('the /proc and /sys below the root are taken where they are mounted, else the own ones', async () => {
  const bare = await hostRoot()
  expect(await findMounts({ root: bare })).toEqual({ root: bare, proc: '/proc', sys: '/sys' })
  const mounted = await hostRoot({ '/proc/self': '', '/sys/kernel/x': '' })
  expect(await findMounts({ root: mounted })).toEqual({
    root: mounted,
    proc: `${mounted}/proc`,
    sys: `${mounted}/sys`,
  })
})

test('an empty folder in the place of /proc is no mount', async () => {
  const root = await hostRoot()
  await mkdir(`${root}/proc`)
  expect((await findMounts({ root })).proc).toBe('/proc')
})

test('what is told is taken, and refused where nothing is mounted', async () => {
  const root = await hostRoot()
  const other = await hostRoot({ '/self': '', '/kernel/x': '' })
  expect(await findMounts({ root, proc: other, sys: other })).toEqual({ root, proc: other, sys: other })
  await expect(findMounts({ root, proc: root })).rejects.toThrow('nothing is mounted there')
})

test('an empty or absent root is refused', async () => {
  const root = await temporaryFolder()
  await expect(findMounts({ root })).rejects.toThrow('is empty')
  await expect(findMounts({ root: `${root}/nope` })).rejects.toThrow('ENOENT')
})

test('a root through a link is its target', async () => {
  const root = await hostRoot()
  const other = await temporaryFolder()
  await symlink(root, `${other}/link`)
  expect((await findMounts({ root: `${other}/link` })).root).toBe(root)
})

test.each([
  ['/etc/x', '/host/etc/x'],
  ['/proc', '/p'],
  ['/proc/net/route', '/p/net/route'],
  ['/process', '/host/process'],
  ['/sys/class/net', '/s/class/net'],
  ['/system/run', '/host/system/run'],
])('%s is reached at %s', (path, real) => {
  expect(reach({ root: '/host', proc: '/p', sys: '/s' }, path)).toBe(real)
})

test('with the root / a path is itself', () => {
  const mounts = { root: '', proc: '/proc', sys: '/sys' }
  expect(['/', '/etc', '/proc/1'].map(path => reach(mounts, path))).toEqual(['/', '/etc', '/proc/1'])
})
