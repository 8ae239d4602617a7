import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseIpVs } from '../../../shared/formats/ip-vs.ts'
import { given, reasonOf } from '../../support/collect.ts'

const header = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
`

test('services and where they lead', () => {
  const text = `${header}TCP  0A600001:01BB rr persistent 10800 FFFFFFFF
  -> C0A8000B:192B      Masq    1      3          0         
  -> C0A8000C:192B      Masq    0      0          2         
UDP  [fd00:0000:0000:0000:0000:0000:0000:000a]:0035 wrr 
  -> [fd00:0000:0000:0000:0000:0000:0001:0002]:0035      Masq    1      0          0         
FWM  00004000 rr 
`
  const { servers, omitted } = given(parseIpVs(text))
  expect(omitted).toBe(0)
  expect(servers).toMatchObject([
    {
      protocol: 'TCP',
      address: '10.96.0.1',
      port: 443,
      scheduler: 'rr',
      persistentSeconds: 10800,
      destinations: [
        { address: '192.168.0.11', port: 6443, forward: 'Masq', weight: 1, active: 3, inactive: 0 },
        { address: '192.168.0.12', port: 6443, weight: 0, inactive: 2 },
      ],
    },
    {
      protocol: 'UDP',
      address: 'fd00::a',
      port: 53,
      persistentSeconds: null,
      destinations: [{ address: 'fd00::1:2', port: 53 }],
    },
    { protocol: 'FWM', address: null, port: null, mark: 0x4000, destinations: [] },
  ])
})

test('a kernel without services has an empty table', () => {
  expect(given(parseIpVs(header))).toEqual({ servers: [], omitted: 0 })
})

test.each([
  '',
  'nonsense',
  `${header}TCP 0A600001 rr`,
  `${header}  -> C0A8000B:192B Masq 1 3 0`,
  `${header}TCP  zz:01 rr`,
])('another text is none: %j', text => {
  expect(reasonOf(parseIpVs(text))).toBe('malformed')
})

test('what is beyond the limit is counted', () => {
  const rows = Array.from({ length: 70_000 }, () => '  -> C0A8000B:192B      Masq    1      3          0')
  const [server] = given(parseIpVs(`${header}TCP  0A600001:01BB rr\n${rows.join('\n')}`)).servers
  expect((server?.destinations.length ?? 0) + (server?.omitted ?? 0)).toBe(70_000)
  expect(server?.omitted).toBeGreaterThan(0)
})

test('any text is a table or none', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('TCP  0A600001:01BB rr ', '  -> C0A8000B:192B Masq 1 3 0', 'FWM 00000001 rr'),
  )
  fc.assert(
    fc.property(fc.array(line), lines => {
      expect(['ok', 'malformed']).toContain(reasonOf(parseIpVs(header + lines.join('\n'))))
    }),
    { numRuns: 500 },
  )
})
