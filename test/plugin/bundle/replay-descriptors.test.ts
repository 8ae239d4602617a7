import { expect, test } from 'vitest'
import { replayHost } from '../../../plugin/bundle/replay-host.ts'
import { sockets } from '../../../shared/node/sockets.ts'
import { given } from '../../support/collect.ts'
import { memoryBundle } from '../../support/memory-bundle.ts'

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const row = (port: string, inode: number) =>
  `   1: 0100007F:${port} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 100 0 0 10 0\n`

test('descriptors that were recorded one by one tell whose a socket is; of others nothing is known', async () => {
  const source = memoryBundle({
    'nodes/n/files.json': {
      '/proc/77/fd/5': { type: 'link', target: 'socket:[71]' },
      '/proc/77/fdinfo/5': { type: 'link', target: 'socket:[72]' },
    },
    'nodes/n/files/proc/net/tcp': header + row('7581', 71) + row('0016', 72),
    'nodes/n/files/proc/77/comm': 'socat\n',
  })
  const context = { now: () => 0, pause: async () => {}, sampleMs: 0 }
  const value = given(await sockets.collect(await replayHost(source, 'n'), context))
  expect(value.complete).toBe(false)
  expect(value.listeners.map(({ port, owner }) => [port, owner])).toEqual([
    [30081, { status: 'ok', value: { pid: 77, name: 'socat' } }],
    [22, { status: 'unavailable', reason: 'not-recorded', detail: 'the recording holds only some processes' }],
  ])
})
