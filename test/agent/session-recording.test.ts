import { expect, onTestFinished, test } from 'vitest'
import * as z from 'zod/mini'
import { startServer } from '../../agent/server.ts'
import { sessionTimes } from '../../agent/session/times.ts'
import type { Host } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'
import { definePart } from '../../shared/part.ts'
import { isOk, mapReading } from '../../shared/reading.ts'
import { collectFrom, connectAgent } from '../support/agent-client.ts'
import { memoryHost } from '../support/memory-host.ts'

const order = { logBytes: 1024, sinceMinutes: 60, now: Date.now() - 3_600_000 }
const later = { mtime: new Date(Date.now() + 60_000).toISOString() }

const readsFile = definePart({
  schema: z.unknown(),
  collect: async host => mapReading(await host.read('/etc/hostname'), ({ bytes }) => bytes.length),
})
const runsTwice = definePart({
  schema: z.unknown(),
  collect: async host => {
    await host.run('dmesg')
    return host.run('dmesg')
  },
})

async function record(host: Host, definitions = { readsFile, runsTwice }) {
  const setup = { node: 'n1', token: 't'.repeat(64), definitions, onSessions: () => {}, times: sessionTimes }
  const { port, close } = await startServer({ ...setup, openHost: () => host })
  onTestFinished(close)
  const client = await connectAgent({ port, token: setup.token })
  const collected = await collectFrom(client, Object.keys(definitions), 5_000, order)
  const json = (path: string): unknown => JSON.parse(collected.files.get(path)?.toString() ?? 'null')
  return { ...collected, json }
}

const errorsIn = (node: unknown): unknown => Object(node).errors

test('what parts read is sent as files beside the parts, and described at the end', async () => {
  const { parts, files, json, closeCode } = await record(
    memoryHost({ files: { '/etc/hostname': 'n1\n' }, commands: { dmesg: '[0.0] booted' } }),
  )
  expect(parts.readsFile).toMatchObject({ status: 'ok', value: 3 })
  expect(files.get('files/etc/hostname')?.toString()).toBe('n1\n')
  expect(json('commands/dmesg.json')).toMatchObject({ stdout: '[0.0] booted' })
  expect(json('files.json')).toMatchObject({ '/etc/hostname': { type: 'file', size: 3, content: true } })
  expect(json('node.json')).toMatchObject({ parts: { readsFile: 'read', runsTwice: 'read' }, errors: [] })
  // The client's clock is an hour behind.
  expect(Object(json('node.json')).clockSkewMs / 60_000).toBeCloseTo(60, -1)
  expect([...files.keys()].slice(-2)).toEqual(['files.json', 'node.json'])
  expect(closeCode).toBe(1000)
})

test('without being asked to record an agent sends no file', async () => {
  const host = memoryHost({ files: { '/etc/hostname': 'n1\n' } })
  const setup = { node: 'n1', token: 't'.repeat(64), definitions: { readsFile }, onSessions: () => {} }
  const { port, close } = await startServer({ ...setup, times: sessionTimes, openHost: () => host })
  onTestFinished(close)
  const { files } = await collectFrom(await connectAgent({ port, token: setup.token }), ['readsFile'])
  expect(files.size).toBe(0)
})

test('of logs that no part reads the end is sent', async () => {
  const cni = '/var/log/calico/cni/cni-2.log'
  const pod = '/var/log/pods/kube-system_coredns-abc_0123/coredns'
  const { files } = await record(
    memoryHost({
      files: {
        [cni]: { content: `${'x'.repeat(2000)}end`, ...later },
        [`${pod}/0.log`]: 'old',
        [`${pod}/1.log`]: 'before',
        [`${pod}/2.log`]: 'now',
        '/var/log/pods/shop_cni-proxy_9/web/0.log': 'of a user',
        '/var/log/auth.log': 'of others',
      },
    }),
  )
  expect(files.get(`files${cni}`)?.toString()).toBe(`${'x'.repeat(1021)}end`)
  const logs = [...files.keys()].filter(path => path.startsWith('files/var/log/'))
  expect(logs.sort()).toEqual([`files${cni}`, `files${pod}/1.log`, `files${pod}/2.log`])
})

test('a log that was last written before the wanted time is named, not sent', async () => {
  const path = '/var/log/calico/cni/cni-old.log'
  const { files, json } = await record(
    memoryHost({ files: { [path]: { content: 'x', mtime: '2020-01-01T00:00:00Z' } } }),
  )
  expect(files.has(`files${path}`)).toBe(false)
  expect(errorsIn(json('node.json'))).toContainEqual({ what: path, message: expect.stringContaining('2020') })
})

test('a file that is too large for a recording is named, and spoils nothing', async () => {
  const huge = definePart({
    schema: z.unknown(),
    collect: async host => {
      const reading = await host.read('/proc/huge', { maxBytes: limits.recordedFileBytes * 2 })
      return mapReading(reading, ({ bytes }) => bytes.length)
    },
  })
  const files = { '/proc/huge': new Uint8Array(limits.recordedFileBytes + 1), '/etc/hostname': 'n1' }
  const { json, ...sent } = await record(memoryHost({ files }), { readsFile, runsTwice: huge })
  expect(sent.files.has('files/proc/huge')).toBe(false)
  expect(sent.files.has('files/etc/hostname')).toBe(true)
  expect(errorsIn(json('node.json'))).toEqual([{ what: 'files/proc/huge', message: expect.any(String) }])
  expect(isOk(Object(sent.parts.runsTwice))).toBe(true)
})
