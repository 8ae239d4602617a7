import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import type { RunSummary } from '../../shared/protocol/release.ts'
import { isMissing, isOk } from '../../shared/reading.ts'
import { isDataFormat, renderData } from '../report/data.ts'
import { isDone, renderOutcomes, renderRuns } from '../report/release.ts'
import type { Options } from './command.ts'
import type { Io } from './io.ts'
import { onlyNode, parseLockTimeout } from './ipam-release.ts'
import { askAgent, readOneNode } from './release-session.ts'

const schema = z.object({
  node: z.optional(z.array(z.string())),
  run: z.optional(z.string().check(z.regex(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/))),
  lockTimeout: z.string(),
  output: z.string(),
})

/** `ipam undo`: lists the release runs on one node, or restores one run. Returns the exit code. */
export async function runIpamUndo(options: Options, io: Io): Promise<number> {
  const parsed = z.safeParse(schema, options)
  if (!parsed.success)
    throw new NetcheckError('USAGE', '--run is not the name of a run', { hint: 'ipam undo without --run lists them' })
  const { node, run, lockTimeout, output } = parsed.data
  const name = onlyNode(node, 'ipam undo')
  const asked = { options, io, node: name }
  const runs = await listRuns(asked)
  const format = isDataFormat(output) ? output : null
  if (run === undefined) {
    io.out(format ? renderData({ node: name, runs }, format) : renderRuns(name, runs))
    return 0
  }
  const chosen = runs.find(each => each.run === run)
  if (!chosen)
    throw new NetcheckError('USAGE', `there is no run ${run} on ${name}`, {
      hint: 'ipam undo without --run lists them',
    })
  if (chosen.kept.length + chosen.putBack === 0)
    throw new NetcheckError('USAGE', `run ${run} gave no address back, so there is nothing to put back`, {
      hint: 'a network namespace that was removed is gone',
    })
  const request = { format: 1, action: 'undo', run, lockMs: parseLockTimeout(lockTimeout) } as const
  const { outcomes, done } = await askAgent(asked, chosen.dataDir, request)
  io.out(
    format
      ? renderData({ node: name, run, outcomes, stopped: done.stopped }, format)
      : renderOutcomes(outcomes, done.stopped),
  )
  return isDone(outcomes, done) ? 0 : 1
}

/** Lists the runs in every existing data directory of the node. */
async function listRuns(asked: Parameters<typeof askAgent>[0]): Promise<readonly (RunSummary & { dataDir: string })[]> {
  const { nodes } = await readOneNode(asked, ['cniConfig', 'hostLocal'])
  const [node] = nodes
  const why = node?.status === 'read' ? null : (node?.why ?? 'it has no agent')
  if (node?.status !== 'read') throw new NetcheckError('TIMEOUT', `${asked.node} was not read: ${why}`)
  const { hostLocal } = node.parts
  if (!isOk(hostLocal))
    throw new NetcheckError('TIMEOUT', `the stores of ${asked.node} were not read: ${hostLocal.detail}`)
  const runs: (RunSummary & { dataDir: string })[] = []
  for (const { path, stores } of hostLocal.value.roots) {
    if (isMissing(stores)) continue
    const { done } = await askAgent(asked, path, { format: 1, action: 'runs' })
    if (done.stopped !== null) throw new NetcheckError('PROTOCOL', `the runs in ${path} were not read: ${done.stopped}`)
    runs.push(...done.runs.map(run => ({ ...run, dataDir: path })))
  }
  return runs
}
