import { readFile, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { gather } from '../../../plugin/agents/gather.ts'
import { cleanEntry } from '../../../plugin/bundle/clean.ts'
import { startCollection } from '../../../plugin/bundle/collect-bundle.ts'
import { replayKube } from '../../../plugin/bundle/replay-kube.ts'
import { openBundle } from '../../../plugin/bundle/source.ts'
import { createArchive } from '../../../plugin/bundle/write-archive.ts'
import { makeRewrite } from '../../../plugin/cli/bundle-rewrite.ts'
import type { Kube } from '../../../plugin/kube/port.ts'
import { parts } from '../../../shared/gen/parts.ts'
import { ok } from '../../../shared/reading.ts'
import type { PartName } from '../../../shared/snapshot.ts'
import { fakeCluster, runningPod } from '../../support/fake-cluster.ts'
import { memoryIo } from '../../support/memory-io.ts'

// Run by main.ts: writes the bundle of all agents as the command does, and prints what it took.

const [, , portList = '[]', recording = '', path = ''] = process.argv
const ports: readonly number[] = JSON.parse(portList)
const names = ports.map((_, index) => `node-${index}`)
const signal = new AbortController().signal

const recorded = replayKube(await openBundle(recording))
const kube: Kube = {
  ...recorded,
  list: async resource => (resource.plural === 'nodes' ? ok(names.map(nodeNamed)) : recorded.list(resource)),
}
const cluster = fakeCluster({
  follow: async function* (pod) {
    yield JSON.stringify({ netcheck: 'ready', protocol: 1, port: portOf(pod) })
  },
  forward: async pod => connect(portOf(pod), '127.0.0.1'),
})
const about = {
  format: 'netcheck-bundle/1',
  createdAt: new Date().toISOString(),
  tool: 'bench',
  redacted: false,
} as const
const start = performance.now()
const archive = await createArchive(path, { folder: 'b', at: new Date(), rewrite: cleanEntry, about }, process.pid)
const collection = startCollection({
  kube,
  archive,
  folder: `${path}/..`,
  order: { logBytes: 5 << 20, sinceMinutes: 60 },
  learn: null,
  signal,
  now: Date.now,
  onFailure: error => {
    throw error
  },
})
const reading = gather(
  { kube: cluster, writer: cluster },
  {
    run: { runId: '0123abcd', namespace: 'kube-system', token: 'x' },
    signal,
    recorder: collection.recorder,
    targets: names.map(name => ({ name, doubt: null })),
    // Object.keys forgets the names of the registry's keys.
    parts: Object.keys(parts) as PartName[],
    partMs: 60_000,
    nodeTimeoutMs: 600_000,
    timeoutMs: 3_000_000,
    graceMs: 1_000,
    eventsMs: 60_000,
    onProgress: () => undefined,
    onNode: () => undefined,
  },
)
for (const name of names) cluster.tell({ type: 'ADDED', object: runningPod(name) })
const nodes = await reading
await collection.written()
const { user, system } = process.cpuUsage()
const [readMs, readPeak] = [performance.now() - start, await peak()]
const { finishBundle } = await import('../../../plugin/cli/bundle-finish.ts')
const { io, out } = memoryIo({ now: Date.now })
const wish = { file: path, nodes: [], sinceMinutes: 60, logBytes: 5 << 20, withAgents: true, redact: [], map: null }
await finishBundle({ path, archive, collection, known: [], nodes, cut: null, wish, rewriting: makeRewrite([]), io })
const whole = { ms: performance.now() - start, peak: await peak(), bytes: (await stat(path)).size }
process.stdout.write(
  `${JSON.stringify({ readMs, cpuMs: (user + system) / 1000, readPeak, ...whole, unpacked: archive.written.unpacked })}\n`,
)
process.stderr.write(out())
process.exit()

function portOf(pod: string): number {
  return ports[Number(/\d+$/.exec(pod)?.[0])] ?? 0
}

function nodeNamed(name: string): unknown {
  return { metadata: { name }, spec: {}, status: { conditions: [{ type: 'Ready', status: 'True' }] } }
}

async function peak(): Promise<number> {
  return Number(/VmHWM:\s+(\d+) kB/.exec(await readFile('/proc/self/status', 'utf8'))?.[1])
}
