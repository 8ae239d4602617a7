import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { replaySnapshot } from '../../../plugin/bundle/replay.ts'
import { openBundle } from '../../../plugin/bundle/source.ts'
import { startAgent } from '../../support/scripted-agent.ts'

// Run by main.ts: agents of so many nodes in one process. Each sends parts of a recorded node and files of so many bytes.

const [, , count = '3', megabytes = '20', recording = ''] = process.argv
const fileBytes = 500_000

/** Lines as logs have them: words that repeat and numbers that do not. */
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

const [node] = (await replaySnapshot(await openBundle(recording))).nodes
if (node?.status !== 'read') throw new Error('the recording holds no node')
const { parts } = node

const ports = await Promise.all(
  Array.from({ length: Number(count) }, async (_, index) => {
    const agent = await startAgent(`node-${index}`, async session => {
      session.hello()
      const { message } = await session.next()
      for (const part of message.parts as (keyof typeof parts)[]) session.part(part, parts[part], gzipSync)
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
