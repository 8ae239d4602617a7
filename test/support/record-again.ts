import { writeFile } from 'node:fs/promises'
import { startRecording } from '../../agent/session/recording.ts'
import { cleanEntry } from '../../plugin/bundle/clean.ts'
import { startCollection } from '../../plugin/bundle/collect-bundle.ts'
import type { BundleEntry, Rewrite } from '../../plugin/bundle/entry.ts'
import { replayHost } from '../../plugin/bundle/replay-host.ts'
import { replayKube } from '../../plugin/bundle/replay-kube.ts'
import type { BundleSource } from '../../plugin/bundle/source.ts'
import { streamArchive } from '../../plugin/bundle/write-archive.ts'
import { collectNode } from '../../shared/collect-node.ts'
import { parts } from '../../shared/gen/parts.ts'
import { piecesOf } from '../../shared/protocol/file.ts'
import type { Part } from '../../shared/reading.ts'

const order = { logBytes: 5 << 20, sinceMinutes: 60 }

interface Setup {
  /** Where the new bundle goes, and what waits for it. */
  readonly folder: string
  readonly rewrite?: Rewrite
  readonly learn?: (entry: BundleEntry) => void
}

/** Records what a bundle replays, as `bundle` records a cluster and its agents a node. Resolves to the new bundle's path. */
export async function recordAgain(
  source: BundleSource,
  { folder, rewrite = cleanEntry, learn }: Setup,
): Promise<string> {
  const about = {
    ...(await jsonIn(source, 'bundle.json')),
    format: 'netcheck-bundle/1',
    tool: 't',
    redacted: false,
  } as const
  const createdAt = String(Object(about).createdAt)
  const packed: Uint8Array[] = []
  const written = { folder: 'again', at: new Date(0), rewrite, about: { ...about, createdAt } }
  const archive = streamArchive(async bytes => void packed.push(bytes), written)
  const failures: unknown[] = []
  const collection = startCollection({
    kube: replayKube(source),
    archive,
    folder,
    order,
    learn: learn ?? null,
    now: () => 0,
    signal: new AbortController().signal,
    onFailure: error => failures.push(error),
  })
  for (const node of (await source.list('nodes')) ?? []) await recordNode(source, node, collection)
  await collection.written()
  if (failures.length > 0) throw failures[0]
  await archive.finish({ ...about, createdAt })
  const path = `${folder}/again.tar.gz`
  await writeFile(path, Buffer.concat(packed))
  return path
}

async function recordNode(source: BundleSource, node: string, { recorder }: ReturnType<typeof startCollection>) {
  const at = Date.parse(String(Object(await jsonIn(source, `nodes/${node}/node.json`)).collectedAt)) || 0
  const files = recorder.open(node)
  const outbox = {
    file: async (file: Parameters<typeof piecesOf>[0]) => {
      for (const piece of piecesOf(file)) await files.add(piece)
    },
  }
  const recording = startRecording(await replayHost(source, node), order, { outbox, now: () => at })
  const context = { now: () => at, pause: () => Promise.resolve(), sampleMs: 2000, deadlineMs: 60_000 }
  const read = await collectNode(parts, { host: recording.host, context })
  for (const [name, part] of Object.entries<Part<unknown>>(read)) recording.note(name, part)
  await recording.finish()
  files.keep()
}

async function jsonIn(source: BundleSource, path: string): Promise<object> {
  const bytes = await source.read(path)
  return bytes ? Object(JSON.parse(new TextDecoder().decode(bytes))) : {}
}
