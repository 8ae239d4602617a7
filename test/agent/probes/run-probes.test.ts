import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { parseAnswers, targetsVariable } from '../../../agent/probes/handover.ts'
import { runProbes } from '../../../agent/probes/run-probes.ts'
import { largeQueryBytes } from '../../../shared/protocol/probes.ts'
import { dnsTarget, tcpTarget } from '../../support/probe-objects.ts'
import { needs } from '../../support/requirements.ts'

const address = '127.0.0.1'
const quick = { attemptMs: 50, totalMs: 2_000 }

test('a connection is made and nothing is sent over it', async () => {
  const received: Buffer[] = []
  const ended: Promise<unknown>[] = []
  const port = await listen(socket => {
    socket.on('data', block => received.push(block))
    ended.push(once(socket, 'close'))
  })
  expect(await runProbes([tcpTarget({ address, port })])).toMatchObject([{ outcome: 'connected', tries: 1 }])
  await Promise.all(ended)
  expect(received).toEqual([])
})

test('a port that nobody listens on refuses', async () => {
  expect(await runProbes([tcpTarget({ address, port: 1 })])).toMatchObject([{ outcome: 'refused' }])
})

test('a DNS answer over UDP tells its code, and that of another query is not taken', async () => {
  const port = await answerUdp(query => [answer(Buffer.from([0, 0, ...query.subarray(2)]), 5), answer(query, 3)])
  const [result] = await runProbes([dnsTarget({ address, port })])
  expect(result).toMatchObject({ outcome: 'connected', tries: 1, dns: { rcode: 3, answers: 1 } })
})

test('a query that is lost is asked once more', async () => {
  let asked = 0
  const port = await answerUdp(query => (asked++ === 0 ? [] : [answer(query, 0)]))
  expect(await runProbes([dnsTarget({ address, port })], quick)).toMatchObject([{ outcome: 'connected', tries: 2 }])
})

test('nobody answers twice', async () => {
  const port = await answerUdp(() => [])
  const [result] = await runProbes([dnsTarget({ address, port })], quick)
  expect(result).toMatchObject({ outcome: 'timed-out', tries: 2, dns: null })
})

test('over TCP an answer may come in pieces', async () => {
  const port = await listen(socket =>
    socket.on('data', block => {
      const reply = answer(block.subarray(2), 0)
      socket.write(Buffer.from([reply.length >> 8]))
      socket.write(Buffer.from([reply.length & 0xff, ...reply]))
    }),
  )
  const [result] = await runProbes([dnsTarget({ kind: 'dns-tcp', address, port })])
  expect(result).toMatchObject({ outcome: 'connected', dns: { rcode: 0, answers: 1 } })
})

test('a large question comes whole, and counts as lost when nobody answers it twice', async () => {
  const lengths: number[] = []
  const port = await listen(socket => {
    let received = Buffer.alloc(0)
    socket.on('data', block => {
      received = Buffer.concat([received, block])
      if (received.length < 2 + largeQueryBytes) return
      lengths.push(received.readUInt16BE(0), received.length - 2)
      const reply = answer(received.subarray(2, 40), 1)
      socket.write(Buffer.from([0, reply.length, ...reply]))
    })
  })
  const large = dnsTarget({ kind: 'dns-tcp-large', address, port })
  expect(await runProbes([large])).toMatchObject([{ outcome: 'connected', tries: 1, dns: { rcode: 1 } }])
  expect(lengths).toEqual([largeQueryBytes, largeQueryBytes])
  const deaf = { ...large, port: await listen(() => {}) }
  expect(await runProbes([deaf], quick)).toMatchObject([{ outcome: 'timed-out', tries: 2 }])
})

test('what comes after the end of all probes is not tried', async () => {
  const port = await answerUdp(() => [])
  const targets = Array.from({ length: 20 }, () => dnsTarget({ address, port }))
  const outcomes = (await runProbes(targets, { attemptMs: 50, totalMs: 60 })).map(({ outcome }) => outcome)
  expect(outcomes.slice(0, 8)).toEqual(Array(8).fill('timed-out'))
  expect(outcomes.at(-1)).toBe('untried')
})

describe.runIf(needs('probes from another network namespace', 'root', 'network namespaces'))(
  'another namespace',
  () => {
    test('a second run of the agent asks from where it was started', async () => {
      const port = await listen(() => {})
      const targets = [tcpTarget({ address, port })]
      const env = { ...process.env, [targetsVariable]: JSON.stringify(targets) }
      const ask = (program: string, ...args: string[]) =>
        parseAnswers(execFileSync(program, args, { env, encoding: 'utf8' }), 1)
      expect(ask('unshare', '--net', process.execPath, inject('programs').agent)).toMatchObject([
        { outcome: 'unreachable' },
      ])
    })
  },
)

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer(serve).listen(0, address)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port // a server on a port has such an address
}

async function answerUdp(replies: (query: Buffer) => readonly Buffer[]): Promise<number> {
  const socket = createSocket('udp4').bind(0, address)
  onTestFinished(() => void socket.close())
  await once(socket, 'listening')
  socket.on('message', (query, { port }) => {
    for (const reply of replies(query)) socket.send(reply, port, address)
  })
  return socket.address().port
}

/** A query turned into an answer with one record that nobody reads. */
function answer(query: Buffer, rcode: number): Buffer {
  const reply = Buffer.from(query)
  reply.writeUInt16BE(0x8180 | rcode, 2)
  reply.writeUInt16BE(1, 6)
  return reply
}
