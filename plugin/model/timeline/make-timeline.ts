import type { Finding } from '../../../shared/finding.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import type { NodeParts, PartName } from '../../../shared/snapshot.ts'
import type { Report } from '../../engine/report.ts'
import type { ClusterPartName, Snapshot } from '../../engine/snapshot.ts'
import { type EntryDraft, toEntry } from './draft.ts'
import { draftsOfApi } from './from-api.ts'
import { draftsOfNodeLogs, draftsOfPodLogs } from './from-logs.ts'
import { mergeEntries } from './merge.ts'
import type { Entry, Timeline } from './timeline.ts'

/** Parts of nodes, and of the API's state, that a timeline is made of. */
export const timelineParts = [
  'clock',
  'cniConfig',
  'hostLogs',
  'kernel',
  'kernelLog',
] as const satisfies readonly PartName[]
/** Cluster parts that a timeline is made of. */
export const timelineClusterParts = [
  'events',
  'pods',
  'nodes',
  'services',
  'networkPolicies',
  'daemonSets',
  'deployments',
  'componentLogs',
] as const satisfies readonly ClusterPartName[]

/** What of a timeline is wanted; empty lists and null mean everything. */
export interface TimelineChoice {
  /** Milliseconds since the epoch. */
  readonly since: number | null
  readonly nodes: readonly string[]
  readonly namespaces: readonly string[]
}

/** Everything that has a time, of API and nodes, in one order; repetitions are counted, and what is unread is named. */
export function makeTimeline(
  { snapshot, report }: { readonly snapshot: Snapshot; readonly report: Report },
  choice: TimelineChoice,
): Timeline {
  const ahead = clocksOf(snapshot)
  const drafts = [
    ...draftsOfApi(snapshot),
    ...draftsOfPodLogs(snapshot),
    ...snapshot.nodes.flatMap(node => (node.status === 'read' ? nodeDrafts(node.name, node.parts) : [])),
    ...report.findings.flatMap(findingDraft),
  ]
  const entries = drafts.map(draft => toEntry(draft, ahead)).filter(entry => entry !== null)
  const { entries: merged, omitted } = mergeEntries(entries.filter(entry => isChosen(entry, choice)))
  return {
    schema: 1,
    takenAt: snapshot.takenAt,
    since: choice.since === null ? null : new Date(choice.since).toISOString(),
    entries: [...merged],
    omitted,
    undated: drafts.length - entries.length,
    clocks: [...ahead].map(([node, aheadMs]) => ({ node, aheadMs })),
    notRead: [...unread(snapshot)],
  }
}

/** Clocks that were measured to be wrong by more than a second. */
const clocksOf = ({ nodes }: Snapshot): ReadonlyMap<string, number> =>
  new Map(
    nodes.flatMap(node => {
      const ahead = node.status === 'read' ? (node.clockAheadMs ?? 0) : 0
      return Math.abs(ahead) >= 1000 ? [[node.name, ahead] as const] : []
    }),
  )

function nodeDrafts(node: string, parts: Pick<NodeParts, (typeof timelineParts)[number]>): readonly EntryDraft[] {
  const readAt = isOk(parts.clock) ? parts.clock.value.readMs : null
  return [...draftsOfNodeLogs(node, parts, readAt), ...bootDraft(node, parts, readAt), ...fileDrafts(node, parts)]
}

function bootDraft(node: string, { kernel }: Pick<NodeParts, 'kernel'>, readAt: number | null): readonly EntryDraft[] {
  const uptime = isOk(kernel) ? kernel.value.uptimeSeconds : null
  if (readAt === null || uptime === null || !isOk(uptime)) return []
  const at = Math.round((readAt - 1000 * uptime.value) / 1000) * 1000
  return [{ at, node, source: 'boot', subject: '', text: 'the node was booted', isNodeTime: true }]
}

const fileDrafts = (node: string, { cniConfig }: Pick<NodeParts, 'cniConfig'>): readonly EntryDraft[] =>
  isOk(cniConfig) && isOk(cniConfig.value.files)
    ? cniConfig.value.files.value.map(({ name, mtime }) => ({
        at: mtime,
        node,
        source: 'file' as const,
        subject: `${cniConfig.value.directory.path}/${name}`,
        text: 'was last changed',
        isNodeTime: true,
      }))
    : []

/** A finding stands where its own words say since when it holds. */
function findingDraft({ code, message, severity, subject, evidence }: Finding): readonly EntryDraft[] {
  const texts = [message, ...evidence.map(({ observed }) => observed)]
  const times = texts.flatMap(text => /\bsince (\d{4}-\d\d-\d\dT[\d:.]+Z)/.exec(text)?.[1] ?? []).sort()
  if (times[0] === undefined || severity === 'info') return []
  const node = subject.kind === 'Node' ? subject.name : subject.nodes?.length === 1 ? (subject.nodes[0] ?? null) : null
  return [
    {
      at: times[0],
      node,
      namespace: subject.namespace ?? null,
      source: 'finding',
      subject: code,
      text: message,
      isBad: true,
    },
  ]
}

/** What concerns a whole cluster or node concerns each of its namespaces. */
function isChosen(entry: Entry, { since, nodes, namespaces }: TimelineChoice): boolean {
  if (since !== null && Date.parse(entry.until ?? entry.at) < since) return false
  if (nodes.length > 0 && (entry.node === null || !nodes.includes(entry.node))) return false
  return namespaces.length === 0 || entry.namespace === null || namespaces.includes(entry.namespace)
}

function* unread({ cluster, nodes }: Snapshot): Generator<Timeline['notRead'][number]> {
  for (const name of timelineClusterParts) {
    const part: Reading<unknown> = cluster[name]
    if (!isOk(part) && part.reason !== 'missing') yield { what: name, why: part.detail }
  }
  for (const node of nodes) {
    if (node.status === 'not-read') yield { what: node.name, why: node.why }
    else {
      for (const name of timelineParts) {
        const part: Reading<unknown> = node.parts[name]
        if (!isOk(part) && part.reason !== 'missing') yield { what: `${name} of ${node.name}`, why: part.detail }
      }
    }
  }
}
