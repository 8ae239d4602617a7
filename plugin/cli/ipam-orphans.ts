import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import type { HostLocal } from '../../shared/node/host-local.ts'
import type { Outcome, ReleaseRequest } from '../../shared/protocol/release.ts'
import { isOk, type Part } from '../../shared/reading.ts'
import { addressParts } from '../model/address-use.ts'
import { type OrphanedNamespace, orphanedNamespaces, planRemoval } from '../model/orphaned-namespaces.ts'
import { isDataFormat, renderData } from '../report/data.ts'
import { isDone, renderOrphans, renderOutcomes } from '../report/release.ts'
import type { Options } from './command.ts'
import type { Io } from './io.ts'
import { onlyNode, runName } from './ipam-release.ts'
import { askAgent, readOneNode } from './release-session.ts'

const schema = z.object({
  action: z.optional(z.string()),
  node: z.optional(z.array(z.string())),
  address: z.optional(z.array(z.string())),
  allLeaked: z.boolean(),
  yes: z.boolean(),
  output: z.string(),
})

/**
 * `ipam release --orphans`: lists network namespaces whose sandboxes are gone and, with --yes, removes them. Returns 1
 * when some are left.
 */
export async function runIpamOrphans(options: Options, io: Io): Promise<number> {
  const { action, node, address, allLeaked, yes, output } = z.parse(schema, options)
  if (action !== 'release' || allLeaked || address !== undefined) {
    throw new NetcheckError('USAGE', '--orphans stands alone: kubectl netcheck ipam release --node NODE --orphans')
  }
  const name = onlyNode(node, 'ipam release')
  const asked = { options, io, node: name }
  const { orphans, dataDir } = await findOrphans(asked)
  const format = isDataFormat(output) ? output : null
  if (!yes || orphans.length === 0) {
    const command = `kubectl netcheck ipam release --node ${name} --orphans --yes`
    io.out(format ? renderData({ node: name, orphans }, format) : renderOrphans(name, orphans, command))
    return orphans.length > 0 ? 1 : 0
  }
  const { run, outcomes, stopped } = await remove(orphans, asked, dataDir)
  io.out(format ? renderData({ node: name, run, outcomes, stopped }, format) : renderOutcomes(outcomes, stopped))
  if (outcomes.some(({ result }) => result === 'removed')) {
    io.note(`addresses that they held back: kubectl netcheck ipam release --node ${name} --all-leaked`)
  }
  return isDone(outcomes, { stopped }) ? 0 : 1
}

interface Found {
  readonly orphans: readonly OrphanedNamespace[]
  /** A data directory of host-local for the journal; null when the node has none. */
  readonly dataDir: string | null
}

async function findOrphans(asked: Parameters<typeof askAgent>[0]): Promise<Found> {
  const [read] = (await readOneNode(asked, addressParts)).nodes
  const orphans = read?.status === 'read' ? orphanedNamespaces(read.parts) : null
  if (read?.status === 'read' && orphans && isOk(orphans)) {
    return { orphans: orphans.value, dataDir: dataDirOf(read.parts.hostLocal) }
  }
  const why = (orphans && !isOk(orphans) && orphans.detail) || (read?.status === 'not-read' && read.why)
  throw new NetcheckError('TIMEOUT', `what was left behind on ${asked.node} is not known: ${why || 'it has no agent'}`)
}

const dataDirOf = (hostLocal: Part<HostLocal>): string | null =>
  (isOk(hostLocal) && hostLocal.value.roots.find(({ stores }) => isOk(stores))?.path) || null

async function remove(
  orphans: readonly OrphanedNamespace[],
  asked: Parameters<typeof askAgent>[0],
  dataDir: string | null,
): Promise<{ readonly run: string; readonly outcomes: readonly Outcome[]; readonly stopped: string | null }> {
  if (dataDir === null) {
    throw new NetcheckError('USAGE', `${asked.node} has no data directory of host-local in which a journal could be`)
  }
  const run = runName(asked.io.now())
  const { namespaces, refusals, rest } = planRemoval(orphans)
  const outcomes = refusals.map(
    ({ name, why }): Outcome => ({ network: 'netns', address: name, result: 'refused', why }),
  )
  if (namespaces.length === 0) return { run, outcomes, stopped: null }
  const request: ReleaseRequest = { format: 1, action: 'remove-namespaces', run, namespaces: [...namespaces] }
  const heard = await askAgent(asked, dataDir, request)
  const stopped = heard.done.stopped ?? (rest > 0 ? `${rest} namespaces are left for another run` : null)
  return { run, outcomes: [...outcomes, ...heard.outcomes], stopped }
}
