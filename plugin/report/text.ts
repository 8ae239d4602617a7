import type { Evidence, Finding, Remedy } from '../../shared/finding.ts'
import { counted, oneLine } from '../../shared/text.ts'
import { isComplete, type NotRun, type Report } from '../engine/report.ts'
import type { Paint } from './paint.ts'
import { rowsOf, shortened } from './rows.ts'

export interface TextOptions {
  readonly paint: Paint
  /** Columns of the terminal; longer lines of the summary are cut. */
  readonly width: number
  /** All findings with all evidence instead of the first screen. */
  readonly wide: boolean
  readonly seconds: number | null
}

/** Lines that the first screen may have. */
const mostLines = 20
/** Reasons for unread nodes that it names. */
const mostUnread = 5
/** Characters of what was seen, of what was expected, and of a symptom, that it shows. */
const most = { observed: 200, expected: 60, symptom: 140 } as const

/** The report for a person: one line of summary, then each root cause with evidence, fix and verification. */
export function renderText(report: Report, options: TextOptions): string {
  const head = [summaryOf(report, options), ...unreadNodes(report, options)]
  const foot = openQuestions(report, options)
  const body = options.wide
    ? report.findings.flatMap(finding => ['', ...block(finding, report, options)])
    : firstScreen(report, { ...options, room: mostLines - head.length - foot.length })
  return `${[...head, ...body, ...foot].join('\n')}\n`
}

/** The first cause in full, further ones in full while there is room, then in one line each; the rest is counted. */
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

/** Nodes that were not read, together where the reason is the same. */
function unreadNodes({ coverage }: Report, options: TextOptions): string[] {
  const byReason = new Map<string, string[]>()
  for (const { node, why } of coverage.notRead) byReason.set(why, [...(byReason.get(why) ?? []), node])
  const lines = [...byReason].map(([why, nodes]) => {
    const named = nodes.length > 3 && !options.wide ? `${nodes.length} nodes` : nodes.join(', ')
    return cut(`? ${named} ${nodes.length > 1 ? 'were' : 'was'} not looked at: ${oneLine(why)}`, options)
  })
  const shown = options.wide ? lines : lines.slice(0, mostUnread)
  return lines.length > shown.length ? [...shown, `? … and more nodes: see -o wide`] : shown
}

function summaryOf(report: Report, { paint, seconds }: TextOptions): string {
  const { coverage, checks } = report
  const parts = [
    verdict(report, paint),
    `${coverage.read} of ${counted(coverage.nodes, 'node')} read`,
    `${counted(checks.run, 'check')} run`,
    checks.notApplicable.length > 0 ? `${checks.notApplicable.length} not applicable` : '',
    checks.notRun.length > 0 ? `${new Set(checks.notRun.map(({ code }) => code)).size} not run` : '',
    checks.crashed.length > 0 ? paint.red(`${checks.crashed.length} crashed`) : '',
    seconds === null ? '' : `${seconds.toFixed(1)} s`,
  ]
  return parts.filter(Boolean).join(' · ')
}

function verdict(report: Report, paint: Paint): string {
  const causes = report.rootCauses.filter(({ severity }) => severity === 'error').length
  const warnings = report.rootCauses.length - causes
  const found = [causes > 0 ? counted(causes, 'root cause') : '', warnings > 0 ? counted(warnings, 'warning') : '']
  const text = found.filter(Boolean).join(', ')
  if (text) return causes > 0 ? paint.red(text) : paint.yellow(text)
  if (isComplete(report)) return paint.green('nothing found')
  return paint.yellow(report.coverage.read === 0 ? 'no node was read' : 'nothing found in what was read')
}

function headline(finding: Finding, { paint }: TextOptions): string {
  const subject = [finding.subject.namespace, finding.subject.name].filter(Boolean).join('/')
  return `${letter(finding, paint)} ${paint.bold(finding.code)} ${oneLine(subject)}  ${oneLine(finding.message)}`
}

function block(finding: Finding, report: Report, options: TextOptions): string[] {
  const evidence = options.wide ? finding.evidence : finding.evidence.slice(0, 2)
  const remedies = options.wide ? finding.remedies : finding.remedies.slice(0, 1)
  return [
    headline(finding, options),
    ...explained(finding, report, options),
    ...evidence.flatMap(item => rowsOfLabel('evidence', evidenceLine(item, options), options)),
    ...(options.wide ? [labelled('danger', oneLine(finding.danger))] : []),
    ...remedies.flatMap(remedy => remedyLines(remedy, options)),
    labelled('verify', oneLine(finding.verify)),
  ]
}

function evidenceLine({ at, observed, expected }: Evidence, { wide, width }: TextOptions): string {
  const wanted = expected ? ` (expected ${oneLine(expected, wide ? 1000 : most.expected)})` : ''
  const place = `${oneLine(at)}: `
  const room = 2 * width - place.length - wanted.length - 40
  const seen = wide ? oneLine(observed, 2000) : shortened(oneLine(observed, 2000), Math.min(most.observed, room))
  return `${place}${seen}${wanted}`
}

const remedyLines = ({ title, commands, risk, rollback }: Remedy, options: TextOptions): string[] => [
  ...rowsOfLabel('fix', `${oneLine(title)}${risk === 'none' ? '' : ` (risk: ${risk})`}`, options),
  ...commands.map(({ on, run }) => labelled('', `${on === 'node' ? 'node$' : '$'} ${oneLine(run, 1000)}`)),
  ...(rollback ? [labelled('undo', oneLine(rollback))] : []),
]

/** A label with its text in two rows of the terminal; commands have one line each, so that they can be copied. */
const rowsOfLabel = (label: string, text: string, { width, wide }: TextOptions): string[] =>
  rowsOf(text, { width: wide ? Number.POSITIVE_INFINITY : width - labelled('', '').length, most: 2 }).map((row, i) =>
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

/** What was not decided: checks with the same reason share a line, shortened unless everything is wanted. */
function openQuestions({ checks, rootCauses }: Report, options: TextOptions): string[] {
  const open = [
    ...sameReason(checks.notRun, 'not run', options.wide),
    ...sameReason(checks.crashed, 'crashed', options.wide),
  ]
  const shown = options.wide ? open : open.slice(0, rootCauses.length > 0 ? 2 : 4)
  const more = open.length - shown.length
  if (open.length === 0) return []
  return ['', ...shown.map(line => cut(line, options)), ...(more > 0 ? [`… and ${more} more: see -o wide`] : [])]
}

function sameReason(entries: readonly NotRun[], state: string, wide: boolean): readonly string[] {
  const groups = new Map<string, string[]>()
  for (const { code, why, nodes } of acrossNodes(entries)) {
    const named = nodes.length > 3 && !wide ? `${nodes.length} nodes` : nodes.join(', ')
    const text = `${state}${named ? ` on ${named}` : ''}: ${oneLine(why)}`
    groups.set(text, [...(groups.get(text) ?? []), code])
  }
  return [...groups].map(
    ([text, codes]) => `- ${wide || codes.length <= 6 ? codes.join(' ') : `${codes.length} checks`} ${text}`,
  )
}

/** Reasons of single nodes that differ in nothing but the node's own folder, together. */
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

const letter = ({ severity }: Finding, paint: Paint): string =>
  ({ error: paint.red('E'), warning: paint.yellow('W'), info: 'I' })[severity]

const labelled = (label: string, text: string): string => `  ${label.padEnd(9)}${text}`

/** Keeps one line one line on a terminal; nothing is cut where the output is not one or where all is wanted. */
const cut = (line: string, { width, wide }: TextOptions): string =>
  wide || line.length <= width ? line : `${line.slice(0, Math.max(1, width - 1))}…`
