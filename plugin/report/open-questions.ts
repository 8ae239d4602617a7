import type { NotRun, Report } from '../engine/report.ts'

/** Checks without an answer for the same reason. */
export interface OpenQuestion {
  readonly codes: readonly string[]
  readonly state: 'not run' | 'crashed'
  /** Affected nodes; empty for the checks as a whole. */
  readonly nodes: readonly string[]
  readonly why: string
}

/** Unanswered checks, grouped by nodes and reason. */
export const openQuestions = ({ checks }: Report): readonly OpenQuestion[] => [
  ...sameReason(checks.notRun, 'not run'),
  ...sameReason(checks.crashed, 'crashed'),
]

function sameReason(entries: readonly NotRun[], state: OpenQuestion['state']): readonly OpenQuestion[] {
  const groups = new Map<string, OpenQuestion>()
  for (const { code, why, nodes } of acrossNodes(entries)) {
    const key = JSON.stringify([nodes, why])
    groups.set(key, { codes: [...(groups.get(key)?.codes ?? []), code], state, nodes, why })
  }
  return [...groups.values()]
}

/** Merges reasons of single nodes that differ only in the node's own folder. */
function acrossNodes(entries: readonly NotRun[]): readonly NotRun[] {
  const merged = new Map<string, NotRun>()
  for (const entry of entries) {
    const why = withoutOwnFolder(entry)
    const key = `${entry.code} ${why}`
    const before = merged.get(key)
    merged.set(key, before ? { ...entry, why, nodes: [...new Set([...before.nodes, ...entry.nodes])] } : entry)
  }
  return [...merged.values()]
}

const withoutOwnFolder = ({ why, nodes }: NotRun): string =>
  nodes.length === 1 ? why.replaceAll(`/${nodes[0]}/`, '/<node>/') : why
