import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { replaySnapshot } from '../../../plugin/bundle/replay.ts'
import { openBundle } from '../../../plugin/bundle/source.ts'
import type { PartName } from '../../../shared/snapshot.ts'
import { startAgent } from '../../support/scripted-agent.ts'

// Run by main.ts: agents of so many nodes in one process. Each sends parts of a recorded node and files of so many bytes.

const [, , count = '3', megabytes = '20', recording = ''] = process.argv
const fileBytes = 500_000

/** Lines like those of logs: repeated words and unique numbers. */
function logOf(seed: number): Buffer {
  const lines: string[] = []
  for (let length = 0; length < fileBytes; ) {
    const digest = createHash('sha1').update(`${seed} ${lines.length}`).digest('hex')
    const line = `2026-11-21T17:00:${lines.length % 60}Z E1121 kubelet.go:${lines.length} "SyncPod failed" pod="shop/web-${digest.slice(0, 10)}" err="network: no IP addresses available in range set: ${digest.slice(10, 18)}"\n`
    lines.push(line)
    length += line.length
  }
  return Buffer.from(lines.join('').slice(0, fileBytes))
}

const logs = Array.from({ length: Math.round((Number(megabytes) * 1e6) / fileBytes) }, (_, seed) => {
  const bytes = logOf(seed)
  return { path: `files/var/log/netcheck/${seed}.log`, size: bytes.length, bytes: gzipSync(bytes, { level: 1 }) }
})

const { nodes } = await replaySnapshot(await openBundle(recording))
const recorded = nodes.flatMap(node => (node.status === 'read' ? [JSON.stringify(node.parts)] : []))
if (recorded.length === 0) throw new Error('the recording holds no node')

/** Parts of a recorded node with unique ids, pod addresses and counters. */
function partsOf(index: number): Readonly<Record<string, unknown>> {
  const idOf = (text: string) => createHash('sha256').update(`${text} ${index}`).digest('hex').slice(0, text.length)
  return JSON.parse(
    (recorded[index % recorded.length] ?? '')
      .replace(/\b(?=[0-9]*[a-f])[0-9a-f]{12,64}\b/g, idOf)
      .replace(/\b10\.244\.\d+\./g, `10.244.${index}.`)
      .replace(/"(packets|bytes)":(\d+)/g, (_, name, count) => `"${name}":${Number(count) + index * 7}`),
  )
}

const ports = await Promise.all(
  Array.from({ length: Number(count) }, async (_, index) => {
    const parts = partsOf(index)
    const agent = await startAgent(`node-${index}`, async session => {
      session.hello()
      const { message } = await session.next()
      for (const part of message.parts as PartName[]) session.part(part, parts[part], gzipSync)
      for (const { path, size, bytes } of logs) {
        session.file(path, bytes, { size, gzip: true })
        while (session.socket.bufferedAmount > 1 << 20) await new Promise(resolve => setTimeout(resolve, 1))
      }
      session.file('files.json', Buffer.from('{}'))
      session.file('node.json', Buffer.from(`{"agent":"${randomBytes(8).toString('hex')}"}`))
      session.end()
      await session.next()
      session.socket.close(1000)
    })
    return agent.port
  }),
)
process.stdout.write(`${JSON.stringify(ports)}\n`)
