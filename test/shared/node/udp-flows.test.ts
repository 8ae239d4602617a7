import { expect, test } from 'vitest'
import { udpFlows } from '../../../shared/node/udp-flows.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

const line =
  'udp      17 8 src=10.0.0.1 dst=10.96.0.10 sport=9 dport=53 src=10.244.0.2 dst=10.0.0.1 sport=53 dport=9 mark=0 zone=0 use=2\n'
const flow = { frontend: '10.96.0.10', port: 53, backend: '10.244.0.2', backendPort: 53, count: 1, unreplied: 0 }
const path = '/proc/net/nf_conntrack'
const large = `ipv4     2 ${line}${'x'.repeat(99)}\n`.repeat(9_000)

test('the kernel’s table is summed', async () => {
  expect(given(await collect(udpFlows, { files: { [path]: `ipv4     2 ${line}` } }))).toEqual({
    flows: [flow],
    cut: false,
  })
})

test('of a table that is larger than what is read the tool tells all, if it is there', async () => {
  const cut = given(await collect(udpFlows, { files: { [path]: large } }))
  expect(cut).toMatchObject({ flows: [flow].map(({ frontend }) => ({ frontend })), cut: true })
  const whole = given(await collect(udpFlows, { files: { [path]: large }, commands: { 'conntrack-udp': line } }))
  expect(whole).toEqual({ flows: [flow], cut: false })
})

test('a kernel without the file asks the tool; without both there is no table', async () => {
  expect(given(await collect(udpFlows, { files: {}, commands: { 'conntrack-udp': line } }))).toMatchObject({
    flows: [flow],
  })
  expect(reasonOf(await collect(udpFlows, { files: {} }))).toBe('missing')
  const commands = { 'conntrack-udp': { exitCode: 1, stderr: 'Operation not permitted\n' } }
  expect(await collect(udpFlows, { files: {}, commands })).toMatchObject({
    reason: 'failed',
    detail: 'conntrack -L exits 1: Operation not permitted',
  })
})
