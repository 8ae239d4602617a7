import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAssignments } from '../../../shared/formats/assignments.ts'
import { parseProcSockets } from '../../../shared/formats/proc-net-sockets.ts'
import { given, reasonOf } from '../../support/collect.ts'

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const row = (address: string, state: string, inode = 715142) =>
  `   1: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 2 0000000077e70026 100 0 0 10 0\n`

test('sockets that wait, in both families', () => {
  const text = `${header}${row('0100007F:2809', '0A')}${row('0100007F:94C7', '06')}`
  expect(given(parseProcSockets(text, { protocol: 'tcp' }))).toEqual([
    { protocol: 'tcp', family: 4, address: '127.0.0.1', port: 10249, uid: 0, inode: 715142 },
  ])
  const text6 = `${header}${row('00000000000000000000000001000000:280A', '07', 9)}`
  expect(given(parseProcSockets(text6, { protocol: 'udp' }))).toEqual([
    { protocol: 'udp', family: 6, address: '::1', port: 10250, uid: 0, inode: 9 },
  ])
})

test('a line that was cut off is left out, one that is garbled is not', () => {
  const text = `${header}${row('0100007F:2809', '0A')}   2: 0100`
  expect(given(parseProcSockets(text, { protocol: 'tcp', isCut: true }))).toHaveLength(1)
  expect(reasonOf(parseProcSockets(text, { protocol: 'tcp' }))).toBe('malformed')
  expect(reasonOf(parseProcSockets('', { protocol: 'tcp' }))).toBe('malformed')
})

test('whatever the text is, it is a list or malformed', () => {
  const line = fc.tuple(fc.string(), fc.string()).map(([a, b]) => row(a, b))
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(line).map(lines => header + lines.join('')),
      ),
      text => {
        expect(['ok', 'malformed']).toContain(reasonOf(parseProcSockets(text, { protocol: 'tcp' })))
        expect(parseAssignments(text)).toBeInstanceOf(Map)
      },
    ),
  )
})

test('assignments without their quotes; the last one counts', () => {
  expect(Object.fromEntries(parseAssignments('# no\nA=1\nexport B="x y"\nC=\'z\'\nA=2\nno value\n'))).toEqual({
    A: '2',
    B: 'x y',
    C: 'z',
  })
})
