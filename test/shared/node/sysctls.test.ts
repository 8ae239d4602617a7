import { expect, test } from 'vitest'
import { sysctls } from '../../../shared/node/sysctls.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

test('settings of every interface, also of one with a dot in its name', async () => {
  const { values } = given(
    await collect(sysctls, {
      files: {
        '/proc/sys/net/ipv4/ip_forward': '1\n',
        '/proc/sys/net/ipv4/ip_local_port_range': '32768\t60999\n',
        '/proc/sys/net/ipv4/conf/flannel.1/rp_filter': '2\n',
        '/proc/sys/net/ipv4/conf/flannel.1/forwarding': '0\n',
        '/proc/sys/net/ipv6/conf/eth0/disable_ipv6': '1\n',
        '/proc/sys/net/bridge/bridge-nf-call-iptables': unavailable('denied', 'no'),
      },
    }),
  )
  expect(values['net/ipv4/ip_forward']).toEqual({ status: 'ok', value: '1' })
  expect(values['net/ipv4/ip_local_port_range']).toEqual({ status: 'ok', value: '32768\t60999' })
  expect(values['net/ipv4/conf/flannel.1/rp_filter']).toEqual({ status: 'ok', value: '2' })
  expect(values['net/ipv4/conf/flannel.1/forwarding']).toEqual({ status: 'ok', value: '0' })
  expect(values['net/ipv6/conf/eth0/disable_ipv6']).toEqual({ status: 'ok', value: '1' })
  expect(values['net/bridge/bridge-nf-call-iptables']).toMatchObject({ reason: 'denied' })
  expect(values['net/bridge/bridge-nf-call-ip6tables']).toMatchObject({ reason: 'missing' })
})

test('interfaces that cannot be listed do not hide their reason', async () => {
  const denied = unavailable('denied', 'no')
  const { values } = given(
    await collect(sysctls, {
      files: { '/proc/sys/net/ipv4/conf': denied, '/proc/sys/net/ipv4/conf/all/rp_filter': denied },
    }),
  )
  expect(values['net/ipv4/conf/all/rp_filter']).toMatchObject({ reason: 'denied' })
})

test('a value of a megabyte is no setting', async () => {
  const { values } = given(await collect(sysctls, { files: { '/proc/sys/net/ipv4/ip_forward': '1'.repeat(1 << 20) } }))
  expect(reasonOf(values['net/ipv4/ip_forward'] ?? unavailable('failed', 'not asked'))).toBe('too-large')
})
