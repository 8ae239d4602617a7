import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { parts } from '../../shared/gen/parts.ts'
import { collectFrom, connectAgent } from '../support/agent-client.ts'
import { startAgent } from '../support/agent-process.ts'
import { sandboxes, startRuntime } from '../support/cri/fake-runtime.ts'
import { serviceRules } from '../support/service-rules.ts'
import { makeNode } from './large-node.ts'

// One collection of every part by the bundled agent over the real kernel: devices, rules and files are those of a
// network and a mount namespace that `npm run bench:node` makes. Only the container runtime is a fake.

/** Of the size below; `NETCHECK_SCALES=1,2` asks for fewer. */
const scales = (process.env.NETCHECK_SCALES ?? '1,2,4,8').split(',').map(Number)
const base = { pods: 250, services: 1333, reservations: 4096 }

interface Figures {
  readonly scale: number
  readonly agentMs: number
  readonly childrenMs: number
  readonly residentMB: number
  readonly sentKB: number
  readonly wallMs: number
  readonly unread: readonly string[]
}

const figures: Figures[] = []

test.each(scales)('a node of %i times the size', async scale => {
  const size = { pods: base.pods * scale, reservations: base.reservations * scale }
  makeNode({ ...size, rules: serviceRules(base.services * scale) })
  mkdirSync('/run/containerd', { recursive: true })
  await startRuntime('/run/containerd/containerd.sock', { listPodSandbox: () => sandboxes(size.pods) })
  figures.push(await measure(scale))
})

afterAll(() => {
  const [first] = figures
  const rows = figures.map(({ scale, ...of }) => {
    const ratio = (name: 'agentMs' | 'residentMB' | 'sentKB') => (of[name] / (first?.[name] || 1)).toFixed(2)
    const growth = { 'CPU ×': ratio('agentMs'), 'RSS ×': ratio('residentMB'), 'sent ×': ratio('sentKB') }
    return { scale, ...of, unread: of.unread.join(' '), ...growth }
  })
  process.stdout.write(`\n${rows.map(row => JSON.stringify(row)).join('\n')}\n`)
})

async function measure(scale: number): Promise<Figures> {
  const agent = await startAgent('/')
  const client = await connectAgent(agent)
  let sent = 0
  client.ws.on('message', (data: Buffer) => {
    sent += data.length
  })
  const started = performance.now()
  const { parts: read } = await collectFrom(client, Object.keys(parts), 60_000)
  const wallMs = performance.now() - started
  const place = `/proc/${agent.child.pid}`
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`${place}/status`, 'utf8'))?.[1]
  const times = readFileSync(`${place}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .slice(11, 15)
    .map(Number)
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = times
  expect(Object.keys(read)).toHaveLength(Object.keys(parts).length)
  const ended = once(agent.child, 'close')
  agent.child.kill('SIGTERM')
  await ended
  return {
    scale,
    agentMs: (user + system) * 10,
    childrenMs: (childUser + childSystem) * 10,
    residentMB: Math.round(Number(peak) / 1024),
    sentKB: Math.round(sent / 1024),
    wallMs: Math.round(wallMs),
    unread: Object.entries(read).flatMap(([name, part]) => reasonOf(name, part)),
  }
}

/** Also of what is inside of a part; and how much was left out. */
function reasonOf(name: string, part: unknown): string[] {
  const found = JSON.stringify(part).matchAll(/"reason":"(?<reason>[a-z-]+)"|"omitted":(?<omitted>[1-9]\d*)/g)
  const reasons = [...found].map(({ groups = {} }) => groups.reason ?? `${groups.omitted} omitted`)
  return [...new Set(reasons)].filter(reason => reason !== 'missing').map(reason => `${name}:${reason}`)
}
