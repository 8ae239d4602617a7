import { counted, oneLine } from '../../shared/text.ts'
import type { Entry, Timeline } from '../model/timeline/timeline.ts'
import type { Paint } from './paint.ts'
import { shortened } from './rows.ts'
import { type FoldedEntry, foldEntries } from './timeline-fold.ts'

interface TimelineOptions {
  readonly paint: Paint
  /** Columns of the terminal; longer lines lose the middle of their text. */
  readonly width: number
  /** Shows everything instead of the newest entries. */
  readonly wide: boolean
}

/** Maximum number of rows. */
const mostRows = 40
const mostUnread = 4

/** Renders one line per entry, newest last, with a line at the beginning of each day. */
export function renderTimeline(timeline: Timeline, options: TimelineOptions): string {
  const folded = options.wide ? timeline.entries.map(alone) : foldEntries(timeline.entries)
  const shown = options.wide ? folded : newest(folded)
  const columns = widthsOf(shown)
  const rows = shown.flatMap((entry, i) => [
    ...(dayOf(entry) === dayOf(shown[i - 1]) ? [] : [options.paint.dim(`${dayOf(entry)} UTC`)]),
    row(entry, columns, options),
  ])
  const older = timeline.omitted + folded.length - shown.length
  const head =
    older > 0
      ? [`… ${counted(older, 'older entry', 'older entries')}: see -o wide, or choose with --since and --node`]
      : []
  const empty = shown.length === 0 ? ['nothing that has a time was found'] : []
  return `${[...head, ...empty, ...rows, ...footOf(timeline, options)].join('\n')}\n`
}

const alone = (entry: Entry): FoldedEntry => ({ ...entry, nodes: [entry.node], subjects: [entry.subject] })

/** The newest entries, in order. */
function newest(entries: readonly FoldedEntry[]): readonly FoldedEntry[] {
  const last = [...entries].sort((a, b) => (lastOf(a) < lastOf(b) ? 1 : -1)).slice(0, mostRows)
  const kept = new Set(last)
  return entries.filter(entry => kept.has(entry))
}

const lastOf = ({ at, until }: Entry): string => until ?? at
const dayOf = (entry: Entry | undefined): string | undefined => entry?.at.slice(0, 10)

interface Widths {
  readonly node: number
  readonly source: number
}

const widthsOf = (entries: readonly FoldedEntry[]): Widths => ({
  node: Math.max(1, ...entries.map(entry => placeOf(entry).length)),
  source: Math.max(1, ...entries.map(({ source }) => source.length)),
})

function placeOf({ nodes }: FoldedEntry): string {
  const known = nodes.filter(node => node !== null)
  if (known.length > 1) return `${known.length} nodes`
  return known[0] === undefined ? '-' : shortened(oneLine(known[0], 253), 60)
}

function row(entry: FoldedEntry, widths: Widths, { paint, width, wide }: TimelineOptions): string {
  const time = entry.at.slice(11, 19)
  const mark = entry.isBad ? paint.red('!') : ' '
  const place = ` ${placeOf(entry).padEnd(widths.node)}  ${entry.source.padEnd(widths.source)}  `
  const tail = repeated(entry)
  const what = oneLine([subjectOf(entry), entry.text].filter(Boolean).join(': '), 1200)
  const text = wide ? what : shortened(what, width - time.length - 2 - place.length - tail.length)
  return `${time} ${mark}${place}${text}${paint.dim(tail)}`.trimEnd()
}

/** The first object, or two when there is room, and the number of others. */
function subjectOf({ subjects, text }: FoldedEntry): string {
  const named = text.length > 40 ? 1 : 2
  const more = subjects.length - named
  return `${subjects.slice(0, named).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** How often it occurred and until when; each of several objects counts once. */
function repeated({ at, count, until, subjects, nodes }: FoldedEntry): string {
  const times = count > Math.max(subjects.length, nodes.length) ? ` ×${count}` : ''
  if (until === null || until.slice(0, 19) === at.slice(0, 19)) return times
  const isSameDay = until.slice(0, 10) === at.slice(0, 10)
  return `${times} until ${isSameDay ? '' : `${until.slice(5, 10)} `}${until.slice(11, 19)}`
}

function footOf({ clocks, undated, notRead }: Timeline, { wide }: TimelineOptions): readonly string[] {
  const lines = [
    ...clocks.map(
      ({ node, aheadMs }) =>
        `the clock of ${oneLine(node)} is ${(Math.abs(aheadMs) / 1000).toFixed(0)} s ${aheadMs > 0 ? 'ahead' : 'behind'}; its times are corrected`,
    ),
    ...(undated > 0 ? [`${counted(undated, 'line')} without a time left out`] : []),
    ...unreadLines(notRead, wide),
  ]
  return lines.length > 0 ? ['', ...lines] : []
}

/** Unread parts, grouped by reason. */
function unreadLines(notRead: Timeline['notRead'], wide: boolean): readonly string[] {
  const groups = new Map<string, string[]>()
  for (const { what, why } of notRead) groups.set(why, [...(groups.get(why) ?? []), what])
  const lines = [...groups].map(([why, whats]) => {
    const named = whats.length > 3 && !wide ? `${whats.length} sources` : whats.join(', ')
    return `? ${oneLine(named, 600)} not looked at: ${oneLine(why, wide ? 600 : 120)}`
  })
  const shown = wide ? lines : lines.slice(0, mostUnread)
  return lines.length > shown.length ? [...shown, `? … and ${lines.length - shown.length} more: see -o wide`] : shown
}
