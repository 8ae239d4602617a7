import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseWeaveOwned, parseWeavePeers, parseWeaveStatus } from '../../../shared/formats/weave-status.ts'
import { given, reasonOf } from '../../support/collect.ts'

const status = `        Version: 2.8.1 (up to date)

        Service: router
           Name: 0e:01:02:03:04:05(node1)
    Connections: 2 (1 established, 1 failed)

        Service: ipam
         Status: awaiting consensus (quorum: 2, known: 1)
          Range: 10.32.0.0/12
  DefaultSubnet: 10.32.0.0/12

        Service: dns
         Status: other
`

test('the status of address management is that of its own section', () => {
  expect(parseWeaveStatus(status)).toEqual({
    version: '2.8.1 (up to date)',
    connections: '2 (1 established, 1 failed)',
    ipam: 'awaiting consensus (quorum: 2, known: 1)',
    range: '10.32.0.0/12',
  })
})

test('a daemon without address management has no status of it', () => {
  const [before = ''] = status.split('        Service: ipam')
  expect(parseWeaveStatus(`${before}        Service: dns\n Status: other\n`)).toMatchObject({ ipam: null, range: null })
})

test('peers with what they own, and which of them are gone', () => {
  const text = `0e:01:02:03:04:05(node1)    524288 IPs (50.0% of total) (4 active)
0e:01:02:03:04:06(node2)    262144 IPs (25.0% of total) - unreachable!
0e:01:02:03:04:07()         262144 IPs (25.0% of total)
pending claims:
`
  expect(parseWeavePeers(text)).toEqual([
    { peer: '0e:01:02:03:04:05', nickname: 'node1', addresses: 524288, active: 4, unreachable: false },
    { peer: '0e:01:02:03:04:06', nickname: 'node2', addresses: 262144, active: null, unreachable: true },
    { peer: '0e:01:02:03:04:07', nickname: '', addresses: 262144, active: null, unreachable: false },
  ])
})

test('peers are read as they are printed', () => {
  const peer = fc.record({
    peer: fc.stringMatching(/^0e(:[0-9a-f]{2}){5}$/),
    nickname: fc.stringMatching(/^[a-z0-9.-]{1,20}$/),
    addresses: fc.nat(),
    active: fc.option(fc.nat()),
    unreachable: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(peer), peers => {
      const lines = peers.map(
        ({ peer: name, nickname, addresses, active, unreachable }) =>
          `${name}(${nickname})    ${addresses} IPs (1.0% of total)${active === null ? '' : ` (${active} active)`}${unreachable ? ' - unreachable!' : ''}`,
      )
      expect(parseWeavePeers(lines.join('\n'))).toEqual(peers)
    }),
  )
})

test('who owns an address, also the daemon itself', () => {
  const text = '{"owned":[{"containerid":"ab","addrs":["10.32.0.5/12"]},{"containerid":"weave:expose","addrs":null},7]}'
  expect(given(parseWeaveOwned(text))).toEqual([
    { containerId: 'ab', addresses: ['10.32.0.5/12'] },
    { containerId: 'weave:expose', addresses: [] },
  ])
  expect(given(parseWeaveOwned('{"owned":[]}'))).toEqual([])
  expect(reasonOf(parseWeaveOwned('{}'))).toBe('malformed')
})

test('no text makes a parser throw', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      expect(parseWeavePeers(text)).toEqual([])
      expect(parseWeaveStatus(text).version).toBeNull()
      expect(reasonOf(parseWeaveOwned(text))).toBe('malformed')
    }),
  )
})
