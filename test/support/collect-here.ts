import { createSocket } from 'node:dgram'
import { findMounts } from '../../agent/host/mounts.ts'
import { liveHost } from '../../agent/live-host.ts'
import { collectNode } from '../../shared/collect-node.ts'
import { parts } from '../../shared/gen/parts.ts'
import type { Host } from '../../shared/host.ts'
import { unavailable } from '../../shared/reading.ts'

// Bundled by programs.ts and run inside of a namespace: prints the asked parts of this machine as JSON.

const missing = async () => unavailable('missing', 'taken away by the test')

const narrow = (host: Host): Readonly<Record<string, Host>> => ({
  all: host,
  files: { ...host, run: missing },
  commands: { ...host, list: missing, stat: missing, read: missing },
})

/** Instead of waiting between two samples: fifty datagrams, of which each is a connection that the kernel tracks. */
async function sendTraffic(): Promise<void> {
  for (let port = 1000; port < 1050; port++) {
    const socket = createSocket('udp4')
    await new Promise(sent => socket.send('x', port, '127.0.0.1', sent))
    socket.close()
  }
}

const [, , sources = 'all', ...names] = process.argv
const host = narrow(liveHost(await findMounts({ root: process.env.HOST_ROOT ?? '/' })))[sources]
if (!host) throw new Error(`unknown sources ${sources}`)
const asked = Object.fromEntries(Object.entries(parts).filter(([name]) => names.includes(name)))
const collected = await collectNode(asked, { host, context: { now: Date.now, pause: sendTraffic, sampleMs: 1 } })
process.stdout.write(
  JSON.stringify(Object.fromEntries(Object.entries(collected).filter(([name]) => names.includes(name)))),
)
