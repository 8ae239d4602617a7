import { messageOf, NetcheckError } from '../../shared/errors.ts'
import type { NodeSnapshot } from '../../shared/snapshot.ts'
import { oneLine } from '../../shared/text.ts'
import { readNodes } from '../agents/run.ts'
import { type BundleCollection, startCollection } from '../bundle/collect-bundle.ts'
import type { BundleArchive } from '../bundle/write-archive.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Connection } from '../kube/port.ts'
import { agentRun } from './agent-run.ts'
import { chooseApiNodes, listNodes } from './api-nodes.ts'
import { readAgent } from './assets.ts'
import { type BundleWish, parseBundleOptions } from './bundle-options.ts'
import { mapBeside } from './bundle-redact.ts'
import { makeRewrite } from './bundle-rewrite.ts'
import { defaultName, openBundleFile, requireFree, spoolFolder } from './bundle-target.ts'
import { bytesText } from './bytes-text.ts'
import type { Options } from './command.ts'
import { untilInterrupted, withConnection } from './connection.ts'
import { describeProgress } from './describe-progress.ts'
import type { Io } from './io.ts'
import { withoutAgent } from './live.ts'
import { parseAgentOptions, parseClusterOptions } from './options.ts'

/**
 * `bundle`: records the cluster and its nodes into one file. Returns the exit code: 0 when complete, 3 when something
 * is missing.
 */
export async function runBundle(options: Options, io: Io): Promise<number> {
  const wish = parseBundleOptions(options)
  if (wish.file === '-' && !io.takesBytes) {
    throw new NetcheckError('USAGE', 'stdout is a terminal, which a bundle would confuse', { hint: 'use > or --file' })
  }
  const { timeoutMs } = parseAgentOptions(options)
  const use = (connection: Connection) => writeBundle({ connection, options, wish, io })
  return withConnection(parseClusterOptions(options), { io, timeoutMs, use })
}

interface Run {
  readonly connection: Connection
  readonly options: Options
  readonly wish: BundleWish
  readonly io: Io
}

async function writeBundle(run: Run): Promise<number> {
  const { connection, wish, io } = run
  const known = await untilInterrupted(listNodes(connection.kube), io.signal)
  const nodes = chooseApiNodes(known, { names: wish.nodes, selector: undefined })
  const context = wish.redact.includes('names') ? '' : connection.describe().context
  const path = wish.file ?? defaultName(context, io.now())
  const rewriting = makeRewrite(wish.redact)
  if (rewriting.redactor) await requireFree(wish.map ?? mapBeside(path))
  const archive = await openBundleFile(path, rewriting.rewrite, io)
  const stop = new AbortController()
  const collection = startCollection({
    kube: connection.kube,
    archive,
    folder: spoolFolder(path),
    learn: rewriting.learn,
    order: { logBytes: wish.logBytes, sinceMinutes: wish.sinceMinutes },
    now: io.now,
    signal: AbortSignal.any([io.signal, stop.signal]),
    onFailure: error => stop.abort(error),
  })
  try {
    const read = await readAll(run, { nodes, known, archive, collection, failed: stop.signal })
    // Imported late: it loads all checks, which would take memory while files are transferred.
    const { finishBundle } = await import('./bundle-finish.ts')
    return await finishBundle({ path, archive, collection, known, wish, io, rewriting, ...read })
  } catch (error) {
    await archive.drop()
    throw error
  } finally {
    io.progress(null)
  }
}

interface Scene {
  readonly nodes: readonly ApiNode[]
  readonly known: readonly ApiNode[]
  readonly archive: BundleArchive
  readonly collection: BundleCollection
  readonly failed: AbortSignal
}

/** The nodes that were read, and the error that ended reading early. Never rejects for what a bundle can record. */
export interface Reached {
  readonly nodes: readonly NodeSnapshot[]
  readonly cut: unknown
}

async function readAll(run: Run, scene: Scene): Promise<Reached> {
  const { wish, io } = run
  const { nodes, collection, failed } = scene
  if (!wish.withAgents) {
    const cut = await collection.written().then(
      () => null,
      (error: unknown) => error,
    )
    return { nodes: nodes.map(withoutAgent), cut: io.signal.aborted ? io.signal.reason : cut }
  }
  const read = new Map<string, NodeSnapshot>()
  try {
    await readThroughAgents(run, scene, node => void read.set(node.name, node))
    await collection.written()
    return { nodes: [...read.values()], cut: null }
  } catch (error) {
    if (!(error instanceof NetcheckError)) throw error
    await collection.written().catch(() => undefined)
    const why = failed.aborted ? failed.reason : error
    const rest = nodes.filter(({ name }) => !read.has(name))
    const unread = rest.map(({ name }): NodeSnapshot => ({ name, status: 'not-read', why: messageOf(why) }))
    return { nodes: [...read.values(), ...unread], cut: why }
  }
}

async function readThroughAgents(run: Run, scene: Scene, keep: (node: NodeSnapshot) => void): Promise<void> {
  const { connection, options, io } = run
  const { nodes, known, archive, collection, failed } = scene
  await readNodes({
    ...agentRun(options, io),
    connection,
    nodes,
    recorder: collection.recorder,
    agentGzip: await readAgent(io.assets),
    isEveryNode: nodes.length === known.length,
    signal: AbortSignal.any([io.signal, failed]),
    onProgress: progress =>
      io.progress(`${describeProgress(progress)}, ${bytesText(archive.written.unpacked)} recorded`),
    onNode: node => {
      keep(node)
      if (node.status === 'not-read') io.note(`${node.name} not read: ${oneLine(node.why, 600)}`)
    },
  })
}
