import { expect, test } from 'vitest'
import { resolvConf } from '../../../shared/node/resolv-conf.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'
import { init, processFiles } from '../../support/process-files.ts'

const stub = {
  '/etc/resolv.conf': { link: '../run/systemd/resolve/stub-resolv.conf' },
  '/run/systemd/resolve/stub-resolv.conf': 'nameserver 127.0.0.53\n',
} as const

test('the host’s file is followed to where it leads', async () => {
  expect(given(await collect(resolvConf, { files: { ...init, ...stub } })).files).toEqual([
    {
      path: '/etc/resolv.conf',
      target: '/run/systemd/resolve/stub-resolv.conf',
      content: { status: 'ok', value: { nameservers: ['127.0.0.53'], search: [], options: [] } },
    },
  ])
})

test('the file that the kubelet is told to use stands beside it, also when it is not there', async () => {
  const kubelet = processFiles(7, 'kubelet', '--resolv-conf=/run/gone')
  const { files } = given(await collect(resolvConf, { files: { ...init, ...stub, ...kubelet } }))
  expect(files[1]).toMatchObject({ path: '/run/gone', target: null, content: { reason: 'missing' } })
})

test('a kubelet without a resolver file of its own adds none', async () => {
  for (const flag of ['--resolv-conf=', '--resolv-conf=/etc/resolv.conf']) {
    const { files } = given(
      await collect(resolvConf, { files: { ...init, ...stub, ...processFiles(7, 'kubelet', flag) } }),
    )
    expect(files).toHaveLength(1)
  }
})

test('an unreadable file leaves the part unread', async () => {
  expect(reasonOf(await collect(resolvConf, { files: { '/etc/resolv.conf': unavailable('denied', 'no') } }))).toBe(
    'denied',
  )
})
