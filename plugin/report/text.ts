import type { Evidence, Finding, Remedy } from '../../shared/finding.ts'
import { counted, oneLine } from '../../shared/text.ts'
import type { Report } from '../engine/report.ts'
import { type OpenQuestion, openQuestions } from './open-questions.ts'
import type { Paint } from './paint.ts'
import { rowsOf, shortened } from './rows.ts'
import { coverageOf, verdictOf } from './verdict.ts'

/** How to render a report as text. */
export interface TextOptions {
  readonly paint: Paint
  /** Columns of the terminal; longer summary lines are truncated. */
  readonly width: number
  /** Shows all findings with all evidence instead of the first screen. */
  readonly wide: boolean
  readonly seconds: number | null
}

/** Lines that the first screen may have. */
const mostLines = 20
/** Maximum number of reasons for unread nodes on it. */
const mostUnread = 5
/** Characters of observed and expected texts and of symptoms on it. */
const most = { observed: 200, expected: 60, symptom: 140 } as const

/** Renders the report as text: a summary line, then each root cause with evidence, fix and verification. */
export function renderText(report: Report, options: TextOptions): string {
  const head = [summaryOf(report, options), ...unreadNodes(report, options)]
  const foot = openLines(report, options)
  const body = options.wide
    ? report.findings.flatMap(finding => ['', ...block(finding, report, options)])
    : firstScreen(report, { ...options, room: mostLines - head.length - foot.length })
  return `${[...head, ...body, ...foot].join('\n')}\n`
}

/**
 * Shows the first cause in full, further ones in full while there is room and then on one line; the rest is counted.
 */
function firstScreen(report: Report, { room, ...options }: TextOptions & { readonly room: number }): string[] {
  const lines: string[] = []
  let shown = 0
  for (const cause of report.rootCauses) {
    const full = ['', ...block(cause, report, options)]
    const left = room - lines.length - 2
    if (shown > 0 && left < 1) break
    lines.push(...(shown === 0 || full.length <= left ? full : [headline(cause, options)]))
    shown += 1
  }
  return [...lines, ...rest(report, shown)]
}

/** Unread nodes, grouped by reason. */
function unreadNodes({ coverage }: Report, options: TextOptions): string[] {
  const byReason = new Map<string, string[]>()
  for (const { node, why } of coverage.notRead) byReason.set(why, [...(byReason.get(why) ?? []), node])
  const lines = [...byReason].map(([why, nodes]) => {
    const named = nodes.length > 3 && !options.wide ? `${nodes.length} nodes` : oneLine(nodes.join(', '), 10_000)
    return cut(`? ${named} ${nodes.length > 1 ? 'were' : 'was'} not looked at: ${oneLine(why)}`, options)
  })
  const shown = options.wide ? lines : lines.slice(0, mostUnread)
  return lines.length > shown.length ? [...shown, `? … and more nodes: see -o wide`] : shown
}

function summaryOf(report: Report, { paint, seconds }: TextOptions): string {
  const { text, tone } = verdictOf(report)
  const colour = { error: paint.red, warning: paint.yellow, good: paint.green }[tone]
  const coverage = coverageOf(report).map(phrase => (phrase.endsWith('crashed') ? paint.red(phrase) : phrase))
  return [colour(text), ...coverage, ...(seconds === null ? [] : [`${seconds.toFixed(1)} s`])].join(' · ')
}

function headline(finding: Finding, { paint }: TextOptions): string {
  const subject = [finding.subject.namespace, finding.subject.name].filter(Boolean).join('/')
  return `${letter(finding, paint)} ${paint.bold(finding.code)} ${oneLine(subject)}  ${oneLine(finding.message)}`
}

function block(finding: Finding, report: Report, options: TextOptions): string[] {
  const evidence = options.wide ? finding.evidence : finding.evidence.slice(0, 2)
  const remedies = options.wide ? finding.remedies : nearestRemedies(finding)
  return [
    headline(finding, options),
    ...explained(finding, report, options),
    ...evidence.flatMap(item => rowsOfLabel('evidence', evidenceLine(item, options), options)),
    ...(options.wide ? [labelled('danger', oneLine(finding.danger))] : []),
    ...remedies.flatMap(remedy => remedyLines(remedy, options)),
    labelled('verify', oneLine(finding.verify)),
  ]
}

/** The first remedy; where that one only looks, also the first that mends. */
function nearestRemedies({ remedies }: Finding): readonly Remedy[] {
  const at = remedies.findIndex(({ risk }) => risk !== 'none')
  return remedies.filter((_, each) => each === 0 || each === at)
}

function evidenceLine({ at, observed, expected }: Evidence, { wide, width }: TextOptions): string {
  const wanted = expected ? ` (expected ${oneLine(expected, wide ? 1000 : most.expected)})` : ''
  const place = `${oneLine(at)}: `
  const room = 2 * width - place.length - wanted.length - 40
  const seen = wide ? oneLine(observed, 2000) : shortened(oneLine(observed, 2000), Math.min(most.observed, room))
  return `${place}${seen}${wanted}`
}

const remedyLines = ({ title, commands, risk, rollback }: Remedy, options: TextOptions): string[] => [
  ...rowsOfLabel(risk === 'none' ? 'look' : 'fix', `${oneLine(title)}${risk === 'none' ? '' : ` (risk: ${risk})`}`, {
    ...options,
    rows: mostFixRows,
  }),
  ...commands.map(({ on, run }) => labelled('', `${on === 'node' ? 'node$' : '$'} ${oneLine(run, 1000)}`)),
  ...(rollback ? [labelled('undo', oneLine(rollback))] : []),
]

/** Rows that a fix may have: it is whole also on a narrow terminal. */
const mostFixRows = 4

/** A label with its text on at most `rows` rows, two by default; a command gets one line, so that it can be copied. */
const rowsOfLabel = (
  label: string,
  text: string,
  { width, wide, rows = 2 }: TextOptions & { readonly rows?: number },
): string[] =>
  rowsOf(text, { width: wide ? Number.POSITIVE_INFINITY : width - labelled('', '').length, most: rows }).map((row, i) =>
    labelled(i === 0 ? label : '', row),
  )

function explained(finding: Finding, report: Report, options: TextOptions): string[] {
  const symptoms = report.findings.filter(({ id }) => finding.explains.includes(id))
  if (symptoms.length === 0) return []
  const lines = symptoms.map(({ code, message }) => `${oneLine(message, options.wide ? 300 : most.symptom)} (${code})`)
  const shown = options.wide ? lines : lines.slice(0, 3)
  const more = lines.length - shown.length
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].map((line, i) =>
    cut(labelled(i === 0 ? 'explains' : '', line), options),
  )
}

function rest(report: Report, shown: number): string[] {
  const causes = report.rootCauses.length - shown
  const infos = report.findings.filter(({ severity }) => severity === 'info').length
  const hidden = [causes > 0 ? counted(causes, 'more finding') : '', infos > 0 ? counted(infos, 'note') : '']
  const text = hidden.filter(Boolean).join(' and ')
  return text ? ['', `${text}: see -o wide`] : []
}

/** Unanswered checks, grouped by reason; shortened unless `wide`. */
function openLines(report: Report, options: TextOptions): string[] {
  const open = openQuestions(report).map(question => openLine(question, options.wide))
  const shown = options.wide ? open : open.slice(0, report.rootCauses.length > 0 ? 2 : 4)
  const more = open.length - shown.length
  if (open.length === 0) return []
  return ['', ...shown.map(line => cut(line, options)), ...(more > 0 ? [`… and ${more} more: see -o wide`] : [])]
}

function openLine({ codes, state, nodes, why }: OpenQuestion, wide: boolean): string {
  const named = nodes.length > 3 && !wide ? `${nodes.length} nodes` : oneLine(nodes.join(', '), 10_000)
  const which = wide || codes.length <= 6 ? codes.join(' ') : `${codes.length} checks`
  return `- ${which} ${state}${named ? ` on ${named}` : ''}: ${oneLine(why)}`
}

const letter = ({ severity }: Finding, paint: Paint): string =>
  ({ error: paint.red('E'), warning: paint.yellow('W'), info: 'I' })[severity]

const labelled = (label: string, text: string): string => `  ${label.padEnd(9)}${text}`

/** Truncates a line to the terminal's width, unless `wide` or not on a terminal. */
const cut = (line: string, { width, wide }: TextOptions): string =>
  wide || line.length <= width ? line : `${line.slice(0, Math.max(1, width - 1))}…`
