import { messageOf, NetcheckError } from '../../shared/errors.ts'
import type { LeftOut } from '../../shared/recording/support-logs.ts'
import type { NodeSnapshot } from '../../shared/snapshot.ts'
import { compareText, counted, oneLine } from '../../shared/text.ts'
import type { BundleCollection } from '../bundle/collect-bundle.ts'
import type { BundleEntry } from '../bundle/entry.ts'
import type { BundleArchive } from '../bundle/write-archive.ts'
import { type Collection, renderReadme } from '../bundle/write-readme.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Reached } from './bundle.ts'
import type { BundleWish } from './bundle-options.ts'
import { mapBeside, tellMapping } from './bundle-redact.ts'
import { reportEntries } from './bundle-report.ts'
import type { BundleRewrite } from './bundle-rewrite.ts'
import { tool } from './bundle-target.ts'
import { bytesText } from './bytes-text.ts'
import type { Io } from './io.ts'

interface Ending extends Reached {
  readonly path: string
  readonly archive: BundleArchive
  readonly collection: BundleCollection
  readonly known: readonly ApiNode[]
  readonly wish: BundleWish
  readonly rewriting: BundleRewrite
  readonly io: Io
}

/**
 * Writes the files that describe a bundle, completes it and prints a summary. Returns the exit code; throws when
 * interrupted.
 */
export async function finishBundle(ending: Ending): Promise<number> {
  const { path, archive, wish, rewriting, io, cut } = ending
  const createdAt = new Date(io.now()).toISOString()
  const { report, left } = await judgeReached(ending, createdAt)
  const about = describe(ending, { createdAt, left })
  const entries = [...(report?.entries ?? []), ...describingEntries(about)]
  // A full disk is reported when the archive is finished.
  for (const entry of entries) await archive.add(entry).catch(() => undefined)
  const { partial } = about
  await archive.finish({
    format: 'netcheck-bundle/1',
    createdAt,
    tool,
    redacted: rewriting.redactor !== null,
    ...(partial === null ? {} : { partial: rewriting.sentence(partial) }),
  })
  const { redactor, kinds } = rewriting
  if (redactor) await tellMapping(redactor, { kinds, path: wish.map ?? mapBeside(path), bundle: path, io })
  tell(ending, about, report?.line ?? '')
  if (io.signal.aborted) throw interruptionOf(io.signal.reason, path)
  return cut !== null || partial !== null || left.length > 0 ? 3 : 0
}

/** A closed pipe needs no message. */
const interruptionOf = (reason: unknown, path: string): unknown =>
  reason instanceof NetcheckError
    ? new NetcheckError('INTERRUPTED', `${reason.message}: ${path} holds what was read by then`)
    : reason

async function judgeReached(ending: Ending, takenAt: string) {
  const { collection, nodes } = ending
  const half = await collection.api.catch(() => null)
  if (half === null) return { report: null, left: collection.left }
  const { version, parts } = half
  const all = [...nodes, ...othersOf(ending)].sort((a, b) => compareText(a.name, b.name))
  const report = reportEntries({ takenAt, version, cluster: parts, nodes: all })
  return { report, left: [...half.left, ...collection.left] }
}

/** Nodes of the cluster that were not requested. */
function othersOf({ nodes, known }: Ending): readonly NodeSnapshot[] {
  const chosen = new Set(nodes.map(({ name }) => name))
  return known.filter(({ name }) => !chosen.has(name)).map(({ name }) => ({ name, ...notAsked }))
}

const notAsked = { status: 'not-read', why: 'it was not asked for (--nodes)' } as const

function describe(
  ending: Ending,
  { createdAt, left }: { readonly createdAt: string; readonly left: readonly LeftOut[] },
): Collection {
  const { nodes, wish, cut } = ending
  const missed = unreadIn(nodes)
  const unread = wish.withAgents && missed.length > 0 ? `${counted(missed.length, 'node')} not read` : null
  return {
    tool,
    createdAt,
    leftOut: left,
    partial: cut === null ? unread : [messageOf(cut), unread].filter(Boolean).join('; '),
    logs: { sinceMinutes: wish.sinceMinutes, bytes: wish.logBytes },
    nodes: {
      read: nodes.filter(({ status }) => status === 'read').map(({ name }) => name),
      notRead: [...missed, ...unreadIn(othersOf(ending))],
    },
  }
}

const unreadIn = (nodes: readonly NodeSnapshot[]): Collection['nodes']['notRead'] =>
  nodes.flatMap(node => (node.status === 'read' ? [] : [{ node: node.name, why: node.why }]))

function describingEntries(collection: Collection): readonly BundleEntry[] {
  const files = {
    'README.txt': renderReadme(collection),
    'collection.json': `${JSON.stringify(collection, null, 2)}\n`,
  }
  return Object.entries(files).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }))
}

const mostTold = 5

function tell({ path, archive, nodes, wish, io }: Ending, about: Collection, line: string): void {
  const say = path === '-' ? io.note : (text: string) => io.out(`${text}\n`)
  const { packed, entries } = archive.written
  const size = `${bytesText(packed)}, ${counted(entries, 'file')}`
  say(`${path === '-' ? 'stdout' : path}: ${size}, ${about.nodes.read.length} of ${counted(nodes.length, 'node')}`)
  if (about.partial !== null) say(`partial: ${oneLine(about.partial)}`)
  for (const { what, message } of about.leftOut.slice(0, mostTold)) say(`not in it: ${oneLine(`${what}: ${message}`)}`)
  const more = about.leftOut.length - mostTold
  if (more > 0) say(`not in it: ${more} more, see README.txt in the bundle`)
  if (!wish.withAgents) say('not in it: anything of nodes (--no-agent)')
  if (line !== '') say(line)
}
