import { expect, test } from 'vitest'
import { cniKubeconfigs } from '../../../shared/node/cni-kubeconfigs.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = `${encode({})}.${encode({ sub: 'system:serviceaccount:a:b', exp: 1795202166 })}.hidden`
const text = (user: string) =>
  `clusters:\n- cluster:\n    server: https://10.96.0.1:443\nusers:\n- user:\n    ${user}\n`
const folder = '/etc/cni/net.d'

test('server and token of each file that a plugin uses, by its path', async () => {
  const mtime = '2026-11-21T03:32:29.999Z'
  const { files } = given(
    await collect(cniKubeconfigs, {
      files: {
        [`${folder}/calico-kubeconfig`]: { content: text(`token: ${token}`), mtime },
        [`${folder}/multus.d/multus.kubeconfig`]: text('tokenFile: /var/run/secrets/token'),
        [`${folder}/whereabouts.d/whereabouts.kubeconfig`]: unavailable('denied', 'no'),
      },
    }),
  )
  const server = 'https://10.96.0.1:443'
  expect(Object.fromEntries(Object.entries(files).map(([path, file]) => [path.slice(folder.length), file]))).toEqual({
    '/calico-kubeconfig': {
      status: 'ok',
      value: {
        server,
        token: { subject: 'system:serviceaccount:a:b', issuedAt: null, expiresAt: '2026-11-20T19:16:06.000Z' },
        mtime,
      },
    },
    '/multus.d/multus.kubeconfig': { status: 'ok', value: { server, token: null, mtime: null } },
    '/whereabouts.d/whereabouts.kubeconfig': unavailable('denied', 'no'),
  })
})

test('a host without such plugins has no file, one that hides them is unread', async () => {
  expect(given(await collect(cniKubeconfigs, {})).files).toEqual({})
  const names = ['calico-kubeconfig', 'canal-kubeconfig', 'multus.d/multus.kubeconfig', 'cni-kubeconfig']
  const hidden = [...names, 'whereabouts.d/whereabouts.kubeconfig'].map(name => [
    `${folder}/${name}`,
    unavailable('denied', 'no'),
  ])
  expect(reasonOf(await collect(cniKubeconfigs, { files: Object.fromEntries(hidden) }))).toBe('denied')
})
