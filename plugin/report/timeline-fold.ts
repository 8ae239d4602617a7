import type { Entry } from '../model/timeline/timeline.ts'

/** Entries that say the same of several objects or nodes at about the same time. */
export interface FoldedEntry extends Entry {
  /** Where, without repetitions; null for the cluster. */
  readonly nodes: readonly (string | null)[]
  readonly subjects: readonly string[]
}

/** Milliseconds after the first within which the same counts as one. */
const span = 10_000

/** The same words from one source, but for names and numbers, within ten seconds become one; it stands at the first. */
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

/** Words without ids, numbers, and the names of the object and the node, which are shown beside them. */
function gist({ text, node, subject }: Entry): string {
  const names = [...subject.split(/[ /]/), node ?? ''].filter(name => name.length > 3)
  const bare = names.reduce((rest, name) => rest.replaceAll(name, '#'), text)
  return bare.replace(/[0-9a-f]{8}[0-9a-f-]*|\d+/gi, '#')
}
