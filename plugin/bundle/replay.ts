import * as z from 'zod/mini'
import { collectNode } from '../../shared/collect-node.ts'
import { NetcheckError } from '../../shared/errors.ts'
import { parts } from '../../shared/gen/parts.ts'
import { isOk } from '../../shared/reading.ts'
import type { NodeSnapshot, PartName } from '../../shared/snapshot.ts'
import { createValuePool } from '../../shared/value-pool.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { readCluster } from '../kube/read-cluster.ts'
import { readJson, requireJson } from './json.ts'
import { replayHost } from './replay-host.ts'
import { replayKube } from './replay-kube.ts'
import type { BundleSource } from './source.ts'

const format = 'netcheck-bundle/1'
const bundleSchema = z.object({ format: z.string(), createdAt: z.string() })
const nodeSchema = z.object({ collectedAt: z.optional(z.string()), clockSkewMs: z.optional(z.number()) })

/** Reads a bundle with the same collectors as a live cluster; of nodes only the given parts, by default all. */
export async function replaySnapshot(source: BundleSource, wanted?: readonly PartName[]): Promise<Snapshot> {
  const bundle = await requireJson(source, 'bundle.json', bundleSchema)
  if (bundle.format !== format) {
    throw new NetcheckError('BUNDLE', `the bundle's format is ${bundle.format}; this version reads ${format}`)
  }
  const cluster = await readCluster(replayKube(source))
  const recorded = (await source.list('nodes')) ?? []
  const known = isOk(cluster.parts.nodes) ? cluster.parts.nodes.value.map(node => node.name) : []
  const names = [...new Set([...recorded, ...known])].sort()
  const held = new Set(recorded)
  const reasons = await unreadReasons(source)
  const nodes: NodeSnapshot[] = []
  const pooled = createValuePool()
  // Sequential, so that memory of one node is freed before the next.
  for (const name of names)
    nodes.push(held.has(name) ? pooled(await replayNode(source, name, wanted)) : notRecorded(name, reasons))
  return { takenAt: bundle.createdAt, version: cluster.version, cluster: cluster.parts, nodes }
}

async function replayNode(
  source: BundleSource,
  name: string,
  wanted: readonly PartName[] | undefined,
): Promise<NodeSnapshot> {
  const node = await readJson(source, `nodes/${name}/node.json`, nodeSchema)
  const at = isOk(node) && node.value.collectedAt ? Date.parse(node.value.collectedAt) : 0
  const host = await replayHost(source, name)
  const context = { now: () => at, pause: () => Promise.resolve(), sampleMs: 2000 }
  const parts = await collectNode(chosen(wanted), { host, context })
  const skew = isOk(node) ? node.value.clockSkewMs : undefined
  return { name, status: 'read', parts, ...(skew === undefined ? {} : { clockAheadMs: skew }) }
}

const chosen = (wanted: readonly PartName[] | undefined): Partial<typeof parts> =>
  wanted ? Object.fromEntries(wanted.map(name => [name, parts[name]])) : parts

const notRecorded = (name: string, reasons: ReadonlyMap<string, string>): NodeSnapshot => ({
  name,
  status: 'not-read',
  why: reasons.get(name) ?? 'the recording holds nothing of this node',
})

const collectionSchema = z.object({
  nodes: z.object({ notRead: z.array(z.object({ node: z.string(), why: z.string() })) }),
})

/** Reasons that the recording run gave for nodes it did not read. */
async function unreadReasons(source: BundleSource): Promise<ReadonlyMap<string, string>> {
  const collection = await readJson(source, 'collection.json', collectionSchema)
  const notRead = isOk(collection) ? collection.value.nodes.notRead : []
  return new Map(notRead.map(({ node, why }) => [node, why]))
}
