import { compareText } from '../../../shared/text.ts'
import type { Entry } from './timeline.ts'

/** Most entries of a timeline; the newest are kept. */
const most = 5000

/** Entries in their order, with repetitions as one entry each; of more than the limit the oldest are left out. */
export function mergeEntries(
  entries: readonly Entry[],
  limit = most,
): { readonly entries: readonly Entry[]; readonly omitted: number } {
  const collapsed = collapse(entries)
  const newest = [...collapsed].sort((a, b) => compareText(b.until ?? b.at, a.until ?? a.at) || compareEntries(b, a))
  const kept = newest.slice(0, limit)
  return { entries: kept.sort(compareEntries), omitted: collapsed.length - kept.length }
}

/** A total order: by time, at one time what is in order before what fails, then by everything else, so that the order of reading never shows. */
export const compareEntries = (a: Entry, b: Entry): number =>
  compareText(a.at, b.at) ||
  Number(a.isBad) - Number(b.isBad) ||
  compareText(a.node ?? '', b.node ?? '') ||
  compareText(a.source, b.source) ||
  compareText(a.subject, b.subject) ||
  compareText(a.text, b.text) ||
  compareText(a.until ?? '', b.until ?? '') ||
  a.count - b.count

/** Repetitions of a line, which differ in numbers and ids alone, are counted; the first one's words stay. */
function collapse(entries: readonly Entry[]): readonly Entry[] {
  const groups = new Map<string, Entry>()
  for (const entry of [...entries].sort(compareEntries)) {
    const key = JSON.stringify([entry.node, entry.source, entry.subject, entry.namespace, entry.isBad, gist(entry)])
    const known = groups.get(key)
    groups.set(key, known ? joined(known, entry) : entry)
  }
  return [...groups.values()]
}

const joined = (first: Entry, next: Entry): Entry => ({
  ...first,
  until: [first.until ?? first.at, next.until ?? next.at].sort().at(-1) ?? null,
  count: first.count + next.count,
})

/** Key for merging log lines; events of objects are not merged. */
const gist = ({ source, text, at }: Entry): string => (logs.has(source) ? withoutDetails(text) : `${at} ${text}`)

/** A line without what differs from one try, object or resource to the next: paths of requests, kinds, fields, ids, numbers. */
const withoutDetails = (text: string): string =>
  text
    .replace(/(https?:\/\/[^/"\s]{1,255})[^"\s]*/g, '$1')
    .replace(/\*v\d\w*\.\w+/g, '*')
    .replace(/\b(?:pod|podUID|containerID|reflector|logger|type|interval)=\S*/g, '')
    .replace(/[0-9a-f]{8,}|\d+/gi, '#')

const logs: ReadonlySet<string> = new Set(['kubelet', 'runtime', 'kube-proxy', 'cni', 'dns', 'kernel'])
