import type { Done, Outcome, RunSummary } from '../../shared/protocol/release.ts'
import { oneLine } from '../../shared/text.ts'
import { tellAge } from '../model/ages.ts'
import { quote } from '../model/command.ts'
import type { OrphanedNamespace } from '../model/orphaned-namespaces.ts'
import type { Candidate, ReleasePlan } from '../model/release-plan.ts'
import { renderTable } from './table.ts'

/** Renders what a release would do, file by file. */
export function renderPlan(node: string, { stores, refusals }: ReleasePlan, command: string): string {
  const refused = refusals.map(({ address, why }) => `- ${oneLine(address, 80)} stays: ${oneLine(why, 300)}\n`)
  const parts = stores.map(({ dataDir, candidates }) => renderStore(node, dataDir, candidates))
  const end = stores.length > 0 ? `Nothing was changed. To do it: ${command}\n` : `Nothing to give back on ${node}.\n`
  return [...parts, ...refused, end].join('')
}

function renderStore(node: string, dataDir: string, candidates: readonly Candidate[]): string {
  const rows = candidates.map(({ reserved, why, ageMs }) => [
    ...[reserved.network, reserved.address, oneLine(reserved.containerId, 13)],
    ...[ageMs === null ? '?' : tellAge(ageMs), oneLine(why, 80)],
  ])
  return `${candidates.length} addresses would be given back on ${node}:
${renderTable(['NETWORK', 'ADDRESS', 'CONTAINER', 'AGE', 'WHY'], rows)}An agent on ${node} alone, with ${oneLine(dataDir, 200)} as its only writable mount, takes host-local's lock,
compares each file again and moves it to ${oneLine(dataDir, 200)}/.netcheck/<run>/<network>/<address>.
`
}

/** Renders orphaned namespaces, the command that removes them, and how to remove one by hand. */
export function renderOrphans(node: string, orphans: readonly OrphanedNamespace[], command: string): string {
  if (orphans.length === 0) return `No network namespace of a sandbox that is gone was found on ${node}.\n`
  const rows = orphans.map(({ name, containerId, pod }) => [
    ...[oneLine(name, 80), oneLine(containerId, 13), oneLine(pod ?? '?', 80)],
  ])
  return `${orphans.length} network namespaces on ${node} are of sandboxes that the runtime does not list:
${renderTable(['NAMESPACE', 'CONTAINER', 'LAST WAS'], rows)}Nothing was changed. To remove them: ${command}
That cannot be undone. An agent on ${node} alone looks again right before and leaves those that a process is in. By hand, on the node:
${orphans.map(({ name }) => `  test -z "$(ip netns pids ${quote(name)})" && ip netns delete ${quote(name)}\n`).join('')}Its device ends with it. Addresses that only such a namespace holds back can be given back then.
`
}

/** Renders the outcome of each address; released and restored ones are only counted. */
export function renderOutcomes(outcomes: readonly Outcome[], stopped: string | null): string {
  const counts = new Map<Outcome['result'], number>()
  for (const { result } of outcomes) counts.set(result, (counts.get(result) ?? 0) + 1)
  const told = outcomes.filter(({ why }) => why !== '')
  const lines = told.map(
    ({ network, address, result, why }) =>
      `- ${oneLine(network, 60)} ${oneLine(address, 60)} ${words[result]}: ${oneLine(why, 300)}\n`,
  )
  const summary = [...counts].map(([result, count]) => `${count} ${words[result]}`).join(', ')
  return `${lines.join('')}${summary || 'nothing was decided'}\n${stopped === null ? '' : `stopped early: ${oneLine(stopped)}\n`}`
}

const words: Readonly<Record<Outcome['result'], string>> = {
  released: 'given back',
  removed: 'removed',
  'put-back': 'put back',
  refused: 'left alone',
  gone: 'not there any more',
  taken: 'not put back',
  failed: 'failed',
}

/** Renders earlier runs, newest first. */
export function renderRuns(node: string, runs: readonly (RunSummary & { readonly dataDir: string })[]): string {
  if (runs.length === 0) return `No address of ${node} was ever given back.\n`
  const rows = runs.map(({ run, dataDir, kept, putBack, refused, complete }) => [
    ...[run, oneLine(dataDir, 60), String(kept.length), String(putBack), String(refused), complete ? 'yes' : 'no'],
  ])
  return renderTable(['RUN', 'STORE', 'CAN BE PUT BACK', 'PUT BACK', 'LEFT ALONE', 'COMPLETE'], rows)
}

/** Whether everything was done as requested. */
export const isDone = (outcomes: readonly Outcome[], { stopped }: Pick<Done, 'stopped'>): boolean =>
  stopped === null && outcomes.every(({ result }) => successes.has(result))

const successes: ReadonlySet<Outcome['result']> = new Set(['released', 'removed', 'put-back', 'gone'])
