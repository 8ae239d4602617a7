import * as z from 'zod/mini'
import { isOk } from '../../shared/reading.ts'
import { counted, oneLine } from '../../shared/text.ts'
import { byBytes } from './entry-path.ts'
import { readJson } from './json.ts'
import type { BundleSource } from './source.ts'

const timesSchema = z.object({ createdAt: z.optional(z.string()), collectedAt: z.optional(z.string()) })

interface Dated {
  readonly source: BundleSource
  /** RFC 3339; empty when unknown. */
  readonly at: string
}

/**
 * Merges bundles: each node, and the cluster's state, comes from the newest recording of it, as `notes` explain. A
 * single bundle is only given the notes.
 */
export async function mergeBundles(
  bundles: readonly BundleSource[],
  notes: readonly string[] = [],
): Promise<BundleSource> {
  const all = [...notes, ...bundles.flatMap(bundle => bundle.notes ?? [])]
  const [only] = bundles
  if (only && bundles.length === 1) return { read: only.read, list: only.list, notes: all }
  const dated = await Promise.all(bundles.map(bundle => dateOf(bundle, 'bundle.json')))
  const owners = new Map<string, readonly Dated[]>()
  owners.set('cluster', newestFirst(await holding(dated, 'cluster')))
  for (const [name, holders] of await nodesOf(dated)) owners.set(`nodes/${name}`, newestFirst(holders))
  return {
    ...route(owners, newestFirst(dated)),
    notes: [...all, ...[...owners].flatMap(([what, holders]) => describe(what, holders))],
  }
}

function route(owners: ReadonlyMap<string, readonly Dated[]>, dated: readonly Dated[]): BundleSource {
  const ownerOf = (path: string): BundleSource | undefined => {
    const [top = '', name = ''] = path.split('/')
    if (top === 'cluster') return owners.get('cluster')?.[0]?.source
    return top === 'nodes' ? owners.get(`nodes/${name}`)?.[0]?.source : undefined
  }
  const nodes = [...owners.keys()].filter(what => what !== 'cluster').map(what => what.slice('nodes/'.length))
  return {
    read: async path => (isOwned(path) ? ((await ownerOf(path)?.read(path)) ?? null) : readFirst(dated, path)),
    list: async path => {
      if (path === 'nodes') return nodes.sort(byBytes)
      return isOwned(path) ? ((await ownerOf(path)?.list(path)) ?? null) : (dated[0]?.source.list(path) ?? null)
    },
  }
}

const isOwned = (path: string): boolean => /^(?:cluster|nodes)(?:\/|$)/.test(path)

async function readFirst(dated: readonly Dated[], path: string): Promise<Uint8Array | null> {
  for (const { source } of dated) {
    const bytes = await source.read(path)
    if (bytes) return bytes
  }
  return null
}

const newestFirst = (dated: readonly Dated[]): readonly Dated[] => [...dated].sort((a, b) => timeOf(b) - timeOf(a))
const timeOf = ({ at }: Dated): number => Date.parse(at) || 0

async function dateOf(source: BundleSource, path: string): Promise<Dated> {
  const times = await readJson(source, path, timesSchema)
  return { source, at: (isOk(times) && (times.value.collectedAt ?? times.value.createdAt)) || '' }
}

async function holding(dated: readonly Dated[], folder: string): Promise<readonly Dated[]> {
  const lists = await Promise.all(dated.map(({ source }) => source.list(folder)))
  return dated.filter((_, index) => lists[index] !== null)
}

async function nodesOf(dated: readonly Dated[]): Promise<ReadonlyMap<string, readonly Dated[]>> {
  const nodes = new Map<string, Dated[]>()
  for (const { source, at } of dated) {
    for (const name of (await source.list('nodes')) ?? []) {
      const own = await dateOf(source, `nodes/${name}/node.json`)
      nodes.set(name, [...(nodes.get(name) ?? []), own.at === '' ? { source, at } : own])
    }
  }
  return nodes
}

function describe(what: string, holders: readonly Dated[]): readonly string[] {
  const [newest] = holders
  if (!newest || holders.length < 2) return []
  const name = what === 'cluster' ? 'the state of the API' : oneLine(what.slice('nodes/'.length), 80)
  return [`${name} is in ${counted(holders.length, 'recording')}: the newest${dateText(newest)} is used`]
}

const dateText = ({ at }: Dated): string => (at === '' ? '' : ` (${oneLine(at, 40)})`)
