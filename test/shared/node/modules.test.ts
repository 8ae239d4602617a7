import { expect, test } from 'vitest'
import { modules } from '../../../shared/node/modules.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

const denied = unavailable('denied', 'no')

test('a module is there by its folder or by the list of loaded ones, and else absent', async () => {
  const { states } = given(
    await collect(modules, {
      files: {
        '/sys/module/br_netfilter/refcnt': '0',
        '/proc/modules': 'vxlan 12 0 - Live 0x0\nnf_nat_x 1 0 - Live 0x0\n',
      },
    }),
  )
  expect(states).toMatchObject({ br_netfilter: 'present', vxlan: 'present', nf_nat: 'absent', ip_vs: 'absent' })
})

test('a folder that cannot be looked for leaves the state unknown', async () => {
  const { states } = given(
    await collect(modules, { files: { '/sys/module/br_netfilter': denied, '/proc/modules': denied } }),
  )
  expect(states).toMatchObject({ br_netfilter: 'unknown', vxlan: 'absent' })
})

test('the list alone is enough', async () => {
  const { states } = given(
    await collect(modules, {
      files: { '/sys/module/br_netfilter': denied, '/proc/modules': 'br_netfilter 1 0 - Live 0x0\n' },
    }),
  )
  expect(states.br_netfilter).toBe('present')
})

test('where nothing can be looked at, the part has the reason', async () => {
  const names = Object.keys(given(await collect(modules, { files: {} })).states)
  const files = Object.fromEntries([...names.map(name => [`/sys/module/${name}`, denied]), ['/proc/modules', denied]])
  expect(reasonOf(await collect(modules, { files }))).toBe('denied')
})
