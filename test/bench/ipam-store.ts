import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import * as z from 'zod'
import { gatherWitnesses } from '../../plugin/model/leak-witnesses.ts'
import { judgeReservations } from '../../plugin/model/reservation-verdicts.ts'
import { type HostLocal, hostLocal } from '../../shared/node/host-local.ts'
import { ok, unavailable } from '../../shared/reading.ts'
import { collectFrom, connectAgent } from '../support/agent-client.ts'
import { startAgent } from '../support/agent-process.ts'
import { sandboxes, startRuntime } from '../support/cri/fake-runtime.ts'

// A store of host-local in which nearly all addresses leaked, judged beside the shell loop of the known guides, which
// looks for the id of every container in the runtime's list and, when it is not there, in every file of the store.
// `npm run bench:ipam` makes the mount namespace that the store is written to.

const cases = [
  { size: 256, written: 'an hour ago' },
  { size: 4096, written: 'an hour ago' },
  { size: 65_536, written: 'an hour ago' },
  // An address was given or taken just now, so that the second look examines each file.
  { size: 65_536, written: 'just now' },
] as const
const livePods = 110
/** The loop checks this many containers and its time is extrapolated: a whole /16 would take hours. */
const mostLooked = 48

const folder = '/var/lib/cni/networks/pods'
const list = '/run/sandboxes.txt'
/** The runtime's ids for live sandboxes; random ids for leaked ones. */
const idOf = (index: number) =>
  index < livePods ? index.toString(16).padStart(64, '0') : createHash('sha256').update(String(index)).digest('hex')

interface Figures {
  readonly reservations: number
  readonly written: string
  /** CPU seconds of all threads, and of the main thread. */
  readonly agent: number
  readonly mainThread: number
  /** Seconds from request to reply, including half a second between the two looks. */
  readonly partWall: number
  /** The same for the slowest run. */
  readonly slowest: number
  readonly judge: number
  readonly loop: number
}

const figures: Figures[] = []

test.each(cases)('a store of $size reservations, written to $written', async ({ size, written }) => {
  makeStore(size, written === 'an hour ago')
  const agent = await measureBest()
  const started = process.cpuUsage()
  const leaked = judge(agent.value)
  const { user, system } = process.cpuUsage(started)
  expect(leaked).toBe(size - livePods)
  figures.push({
    reservations: size,
    written,
    agent: agent.cpu,
    mainThread: agent.mainThread,
    partWall: agent.wall,
    slowest: agent.slowest,
    judge: (user + system) / 1e6,
    loop: measureLoop(size),
  })
})

afterAll(() => {
  const [first] = figures
  for (const each of figures) {
    const growth = (name: 'agent' | 'loop') => (each[name] / (first?.[name] || 1)).toFixed(0)
    const row = { ...each, 'loop ÷ ours': (each.loop / (each.agent + each.judge)).toFixed(0) }
    process.stdout.write(`${JSON.stringify({ ...row, 'agent ×': growth('agent'), 'loop ×': growth('loop') })}\n`)
  }
})

/** Files from an hour ago, older than the grace period for starting pods. Mounted read-only, as in the agent's pod. */
function makeStore(size: number, isQuiet: boolean): void {
  execFileSync('mount', ['-o', 'remount,rw', '/var/lib/cni'])
  execFileSync('rm', ['-rf', folder])
  mkdirSync(folder, { recursive: true })
  const hourAgo = Date.now() / 1000 - 3600
  for (let index = 0; index < size; index += 1) {
    const path = `${folder}/10.244.${index >> 8}.${index & 255}`
    writeFileSync(path, `${idOf(index)}\r\neth0`)
    utimesSync(path, hourAgo, hourAgo)
  }
  if (isQuiet) utimesSync(folder, hourAgo, hourAgo)
  execFileSync('mount', ['-o', 'remount,ro', '/var/lib/cni'])
  writeFileSync(list, Array.from({ length: livePods }, (_, index) => `${idOf(index)} Ready web-${index}\n`).join(''))
}

/** The fastest of several agents: other load only adds time. */
async function measureBest() {
  mkdirSync('/run/containerd', { recursive: true })
  await startRuntime('/run/containerd/containerd.sock', { listPodSandbox: () => sandboxes(livePods) })
  const runs = []
  for (let run = 0; run < 5; run += 1) runs.push(await measureAgent())
  const [best = await measureAgent()] = runs.toSorted((one, other) => one.wall - other.wall)
  return { ...best, slowest: Math.max(...runs.map(({ wall }) => wall)) }
}

async function measureAgent(): Promise<{ value: HostLocal; cpu: number; mainThread: number; wall: number }> {
  const agent = await startAgent('/')
  const client = await connectAgent(agent)
  const { pid } = agent.child
  const before = { cpu: cpuOf(`${pid}`, [11, 12]), mainThread: cpuOf(`${pid}/task/${pid}`, [11, 12]) }
  const { parts } = await collectFrom(client, ['hostLocal'], 60_000)
  const cpu = cpuOf(`${pid}`, [11, 12]) - before.cpu
  const mainThread = cpuOf(`${pid}/task/${pid}`, [11, 12]) - before.mainThread
  const { value, ms } = z.object({ value: hostLocal.schema, ms: z.number() }).parse(parts.hostLocal)
  return { value, cpu, mainThread, wall: ms / 1000 }
}

/** Seconds; by the fields of stat(5) behind the name. */
const cpuOf = (pid: string, fields: readonly number[]): number => {
  const times = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return fields.reduce((sum, field) => sum + Number(times[field]), 0) / 100
}

/** How many leaked, when every witness is silent but the runtime and the API. */
function judge(value: HostLocal): number {
  const missing = unavailable('missing', 'there is none')
  const witnesses = gatherWitnesses({
    hostLocal: value,
    sandboxes: missing,
    runtime: missing,
    neighbours: missing,
    processes: missing,
    cniResults: missing,
    podNamespaces: missing,
    pods: ok([]),
  })
  const stores = value.roots.flatMap(({ stores }) => (stores.status === 'ok' ? stores.value : []))
  return stores
    .flatMap(({ path, reservations }) => judgeReservations(reservations, { path, witnesses, takenAt: Date.now() }))
    .filter(({ state }) => state === 'leaked').length
}

/** Seconds of the loop for all that leaked. */
function measureLoop(size: number): number {
  const looked = Math.min(mostLooked, size - livePods)
  const loop = `
    for id in $(grep -rhE '^[0-9a-f]{64}' . | tr -d '\\r' | sort | tail -n ${looked}); do
      if [ -z "$(grep "$id" ${list})" ]; then grep -ilr "$id" .; fi
    done`
  const before = cpuOf('self', [13, 14])
  const { stdout } = spawnSync('sh', ['-c', loop], { cwd: folder })
  expect(String(stdout).trim().split('\n')).toHaveLength(looked)
  return ((cpuOf('self', [13, 14]) - before) * (size - livePods)) / looked
}
