import type { Entry } from '../model/timeline/timeline.ts'

/** An entry that stands for the same event of several objects or nodes at about the same time. */
export interface FoldedEntry extends Entry {
  /** Distinct nodes; null for the cluster. */
  readonly nodes: readonly (string | null)[]
  readonly subjects: readonly string[]
}

/** Time in ms after the first entry within which equal entries are folded. */
const span = 10_000

/**
 * Folds entries of one source whose texts differ only in names and numbers, within ten seconds, into the first of them.
 */
export function foldEntries(entries: readonly Entry[]): readonly FoldedEntry[] {
  const open = new Map<string, number>()
  const folded: FoldedEntry[] = []
  for (const entry of entries) {
    const key = JSON.stringify([entry.source, entry.isBad, gist(entry)])
    const index = open.get(key)
    const first = index === undefined ? undefined : folded[index]
    if (index !== undefined && first && Date.parse(entry.at) - Date.parse(first.at) <= span) {
      folded[index] = joined(first, entry)
    } else {
      open.set(key, folded.length)
      folded.push({ ...entry, nodes: [entry.node], subjects: [entry.subject] })
    }
  }
  return folded
}

const joined = (first: FoldedEntry, next: Entry): FoldedEntry => ({
  ...first,
  count: first.count + next.count,
  until:
    [first.until, next.until]
      .filter(time => time !== null)
      .sort()
      .at(-1) ?? null,
  nodes: [...new Set([...first.nodes, next.node])],
  subjects: [...new Set([...first.subjects, next.subject])],
})

/** The text without ids, numbers, and the names of object and node, which are shown beside it. */
function gist({ text, node, subject }: Entry): string {
  const names = [...subject.split(/[ /]/), node ?? ''].filter(name => name.length > 3)
  const bare = names.reduce((rest, name) => rest.replaceAll(name, '#'), text)
  return bare.replace(/[0-9a-f]{8}[0-9a-f-]*|\d+/gi, '#')
}
