import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseTranslatedFlows } from '../../../shared/formats/conntrack-flows.ts'

const proc = `ipv4     2 udp      17 9 src=10.244.2.26 dst=10.244.0.161 sport=34949 dport=53 src=10.244.0.161 dst=10.244.2.26 sport=53 dport=34949 mark=0 zone=0 use=2
ipv4     2 udp      17 8 src=10.244.0.152 dst=10.96.0.10 sport=53121 dport=53 src=10.244.0.161 dst=10.244.0.152 sport=53 dport=53121 mark=0 zone=0 use=2
ipv4     2 udp      17 28 src=10.244.0.153 dst=10.96.0.10 sport=53121 dport=53 packets=3 bytes=180 [UNREPLIED] src=10.244.0.161 dst=10.244.0.153 sport=53 dport=53121 packets=0 bytes=0 mark=0 zone=0 use=2
ipv4     2 tcp      6 86399 ESTABLISHED src=10.244.0.1 dst=10.96.0.1 sport=4000 dport=443 src=172.20.0.2 dst=10.244.0.1 sport=6443 dport=4000 [ASSURED] mark=0 zone=0 use=2
ipv6     10 udp      17 8 src=fd00:0000:0000:0000:0000:0000:0000:0001 dst=fd00:0000:0000:0000:0000:0000:0000:000a sport=9 dport=53 src=fd00:0000:0000:0000:0000:0000:0000:0002 dst=fd00:0000:0000:0000:0000:0000:0000:0001 sport=5353 dport=9 [ASSURED] mark=0 zone=0 use=2
`
const dns = { frontend: '10.96.0.10', port: 53, backend: '10.244.0.161', backendPort: 53 }

test('entries of one way are summed, untranslated ones and those of TCP are left out', () => {
  const { flows, cut } = parseTranslatedFlows(proc)
  expect(flows[0]).toEqual({ ...dns, count: 2, unreplied: 1 })
  expect(flows.slice(1)).toMatchObject([{ port: 53, backendPort: 5353, count: 1, unreplied: 0 }])
  expect(cut).toBe(false)
})

test('the tool prints the same without a family', () => {
  const line =
    'udp      17 8 src=10.244.0.152 dst=10.96.0.10 sport=36119 dport=53 src=10.244.0.161 dst=10.244.0.152 sport=53 dport=36119 mark=0 use=1\n'
  expect(parseTranslatedFlows(line).flows).toEqual([{ ...dns, count: 1, unreplied: 0 }])
})

test('a last line that was cut is left out', () => {
  expect(parseTranslatedFlows(proc.slice(0, proc.indexOf('zone=0 use=2\nipv4     2 udp      17 28'))).flows).toEqual([])
})

test('more pairs of addresses than are kept are said to be cut', () => {
  const lines = Array.from(
    { length: 2_001 },
    (_, n) =>
      `ipv4 2 udp 17 8 src=10.0.0.1 dst=10.96.${n >> 8}.${n & 255} sport=1 dport=53 src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1 mark=0 use=1\n`,
  )
  const { flows, cut } = parseTranslatedFlows(lines.join(''))
  expect([flows.length, cut]).toEqual([2_000, true])
})

const address = fc.ipV4()
const port = fc.integer({ min: 1, max: 65_535 })
const flow = fc.record({
  client: address,
  from: port,
  frontend: address,
  port,
  backend: address,
  backendPort: port,
  lost: fc.boolean(),
})

test('whatever the kernel writes of translated connections is counted', () => {
  fc.assert(
    fc.property(fc.array(flow, { maxLength: 50 }), entries => {
      const translated = entries.filter(each => each.frontend !== each.backend || each.port !== each.backendPort)
      const text = entries.map(
        each =>
          `ipv4     2 udp      17 29 src=${each.client} dst=${each.frontend} sport=${each.from} dport=${each.port} ${each.lost ? '[UNREPLIED] ' : ''}src=${each.backend} dst=${each.client} sport=${each.backendPort} dport=${each.from} ${each.lost ? '' : '[ASSURED] '}mark=0 zone=0 use=2\n`,
      )
      const { flows } = parseTranslatedFlows(text.join(''))
      expect(flows.reduce((sum, { count }) => sum + count, 0)).toBe(translated.length)
      expect(flows.reduce((sum, { unreplied }) => sum + unreplied, 0)).toBe(
        translated.filter(({ lost }) => lost).length,
      )
    }),
  )
})

test('any text is read without an error, and gives no more than its lines', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), text => {
      expect(parseTranslatedFlows(text).flows.length).toBeLessThanOrEqual(text.split('\n').length)
    }),
  )
})
