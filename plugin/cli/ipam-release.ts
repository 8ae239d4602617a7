import { randomBytes } from 'node:crypto'
import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { mostReleases, type Outcome } from '../../shared/protocol/release.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { addressParts, addressUse } from '../model/address-use.ts'
import { apiNode } from '../model/api-node.ts'
import { planRelease, type ReleasePlan, type Wish } from '../model/release-plan.ts'
import { grace } from '../model/reservation-verdicts.ts'
import { isDataFormat, renderData } from '../report/data.ts'
import { isDone, renderOutcomes, renderPlan } from '../report/release.ts'
import type { Options } from './command.ts'
import type { Io } from './io.ts'
import { parseDuration } from './options.ts'
import { askAgent, readOneNode } from './release-session.ts'

const schema = z.object({
  node: z.optional(z.array(z.string())),
  network: z.optional(z.string()),
  address: z.optional(z.array(z.string())),
  allLeaked: z.boolean(),
  yes: z.boolean(),
  lockTimeout: z.string(),
  output: z.string(),
})

/** `ipam release`: prints what would be released on one node and, with --yes, releases it. Returns the exit code. */
export async function runIpamRelease(options: Options, io: Io): Promise<number> {
  const { node, address = [], allLeaked, network, yes, lockTimeout, output } = z.parse(schema, options)
  const name = onlyNode(node, 'ipam release')
  if (allLeaked === address.length > 0) {
    throw new NetcheckError('USAGE', 'ipam release needs either --all-leaked or --address', {
      hint: `kubectl netcheck ipam --node ${name} lists what is leaked`,
    })
  }
  const asked = { options, io, node: name }
  const plan = planOf(await readOneNode(asked, addressParts), name, { addresses: allLeaked ? null : address, network })
  const format = isDataFormat(output) ? output : null
  if (!yes) {
    io.out(format ? renderData({ node: name, ...plan }, format) : renderPlan(name, plan, commandOf(name, options)))
    return plan.refusals.length > 0 ? 1 : 0
  }
  const { outcomes, stopped, runs } = await giveBack(plan, { asked, lockMs: parseLockTimeout(lockTimeout) })
  io.out(format ? renderData({ node: name, runs, outcomes, stopped }, format) : renderOutcomes(outcomes, stopped))
  for (const run of runs) io.note(`to put it back: kubectl netcheck ipam undo --node ${name} --run ${run}`)
  return isDone(outcomes, { stopped }) ? 0 : 1
}

/** The single named node. Throws NetcheckError `USAGE`. */
export function onlyNode(node: readonly string[] | undefined, command: string): string {
  const [name, ...more] = [...new Set(node)]
  if (name !== undefined && more.length === 0) return name
  throw new NetcheckError('USAGE', `${command} works on one node: name it with --node`)
}

/** Parses how long to wait for the lock's current holder, to ms. Throws NetcheckError `USAGE`. */
export const parseLockTimeout = (text: string): number =>
  Math.min(60_000, Math.ceil(parseDuration('--lock-timeout', text)))

function planOf({ nodes, cluster, takenAt }: Snapshot, name: string, wish: Wish): ReleasePlan {
  const [node] = nodes
  if (node?.status !== 'read') {
    throw new NetcheckError('TIMEOUT', `${name} was not read: ${node?.why ?? 'it has no agent'}`)
  }
  const api = apiNode(cluster.nodes, name)
  return planRelease(
    addressUse({ parts: node.parts, node: api, pods: cluster.pods, takenAt: Date.parse(takenAt) }),
    wish,
  )
}

function commandOf(node: string, { allLeaked, address, network }: Options): string {
  const names = Array.isArray(address) ? address.map(each => ` --address ${String(each)}`).join('') : ''
  const only = typeof network === 'string' ? ` --network ${network}` : ''
  return `kubectl netcheck ipam release --node ${node}${only}${allLeaked === true ? ' --all-leaked' : names} --yes`
}

interface Given {
  readonly outcomes: readonly Outcome[]
  readonly stopped: string | null
  readonly runs: readonly string[]
}

/** Releases store by store: each gets an agent of its own that can write nowhere else. */
async function giveBack(
  { stores, refusals }: ReleasePlan,
  { asked, lockMs }: { asked: Parameters<typeof askAgent>[0]; lockMs: number },
): Promise<Given> {
  const outcomes: Outcome[] = refusals.map(({ address, why }) => ({ network: '', address, result: 'refused', why }))
  const runs: string[] = []
  for (const { dataDir, candidates } of stores) {
    const run = runName(asked.io.now())
    const chosen = candidates.slice(0, mostReleases)
    const addresses = chosen.map(({ reserved }) => reserved)
    const request = { format: 1, action: 'release', run, graceMs: grace, lockMs, addresses } as const
    const heard = await askAgent(asked, dataDir, request)
    outcomes.push(...heard.outcomes)
    if (heard.outcomes.some(({ result }) => result === 'released')) runs.push(run)
    const rest = candidates.length - chosen.length
    const stopped = heard.done.stopped ?? (rest > 0 ? `${rest} addresses are left for another run` : null)
    if (stopped !== null) return { outcomes, stopped, runs }
  }
  return { outcomes, stopped: null, runs }
}

/** Name of a new run, such as `20260102T030405Z-0badcafe`. */
export const runName = (now: number): string =>
  `${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}-${randomBytes(4).toString('hex')}`
