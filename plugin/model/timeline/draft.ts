import type { Entry, entrySources } from './timeline.ts'

/** Something that happened, with times as a source tells them. */
export interface EntryDraft {
  /** RFC 3339 or milliseconds since the epoch; null where nothing tells. */
  readonly at: string | number | null
  readonly until?: string | number | null
  readonly count?: number
  readonly node: string | null
  readonly namespace?: string | null
  readonly source: (typeof entrySources)[number]
  readonly subject: string
  readonly text: string
  readonly isBad?: boolean
  /** Told by the clock of the node, which may be wrong. */
  readonly isNodeTime?: boolean
}

/** The entry of a draft, with the node's clock set right; null where it has no time. */
export function toEntry(draft: EntryDraft, aheadMs: ReadonlyMap<string, number>): Entry | null {
  const shift = draft.isNodeTime && draft.node !== null ? (aheadMs.get(draft.node) ?? 0) : 0
  const at = timeOf(draft.at, shift)
  if (at === null) return null
  const until = timeOf(draft.until ?? null, shift)
  return {
    at,
    until: until !== null && until > at ? until : null,
    count: Math.max(1, draft.count ?? 1),
    node: draft.node,
    namespace: draft.namespace ?? null,
    source: draft.source,
    subject: draft.subject,
    text: draft.text.slice(0, mostText),
    isBad: draft.isBad ?? false,
  }
}

/** Characters of a text that are kept. */
const mostText = 1000
/** Times beyond these are no times of a cluster: years 2000 to 2100. */
const [earliest, latest] = [946_684_800_000, 4_102_444_800_000]

function timeOf(time: string | number | null, shift: number): string | null {
  const ms = (typeof time === 'string' ? Date.parse(time) : (time ?? Number.NaN)) - shift
  return ms >= earliest && ms <= latest ? new Date(ms).toISOString() : null
}
