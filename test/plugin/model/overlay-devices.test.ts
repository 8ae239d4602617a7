import { expect, test } from 'vitest'
import { lacksTunnel } from '../../../plugin/model/overlay-devices.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { apiNode } from '../../support/api-objects.ts'
import { link, links } from '../../support/host-objects.ts'

const calico = apiNode({ annotations: { 'projectcalico.org/IPv4IPIPTunnelAddr': '10.244.1.0' } })
const host = (...list: Parameters<typeof links>) => ok(links(...list))

test('a tunnel that the node announces is lost when its device is gone or down', () => {
  expect(lacksTunnel(calico, host(link('eth0')))).toBe(true)
  expect(lacksTunnel(calico, host(link('tunl0', [], { state: 'down' })))).toBe(true)
  expect(lacksTunnel(calico, host(link('tunl0', [], { state: 'unknown' })))).toBe(false)
})

test('nothing is lost that is not announced or was not read', () => {
  expect(lacksTunnel(apiNode(), host(link('eth0')))).toBe(false)
  expect(lacksTunnel(calico, unavailable('failed', 'x'))).toBe(false)
  expect(lacksTunnel(undefined, undefined)).toBe(false)
})
