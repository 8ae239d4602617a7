import type { Evidence, Finding, Remedy } from '../../shared/finding.ts'
import { oneLine } from '../../shared/text.ts'
import { isComplete, type NotRun, type Report } from '../engine/report.ts'
import type { Paint } from './paint.ts'

export interface TextOptions {
  readonly paint: Paint
  /** Columns of the terminal; longer lines of the summary are cut. */
  readonly width: number
  /** All findings with all evidence instead of the first screen. */
  readonly wide: boolean
  readonly seconds: number | null
}

/** Root causes that the first screen shows in full; the rest is counted. */
const mostCauses = 4

/** The report for a person: one line of summary, then each root cause with evidence, fix and verification. */
export function renderText(report: Report, options: TextOptions): string {
  const shown = options.wide ? report.findings : report.rootCauses.slice(0, mostCauses)
  const lines = [
    summaryOf(report, options),
    ...report.coverage.notRead.map(({ node, why }) => cut(`? ${node} was not looked at: ${oneLine(why)}`, options)),
    ...shown.flatMap(finding => ['', ...block(finding, report, options)]),
    ...rest(report, shown.length, options),
    ...openQuestions(report, options),
  ]
  return `${lines.join('\n')}\n`
}

function summaryOf(report: Report, { paint, seconds }: TextOptions): string {
  const { coverage, checks } = report
  const parts = [
    verdict(report, paint),
    `${coverage.read} of ${count(coverage.nodes, 'node')} read`,
    `${count(checks.run, 'check')} run`,
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
  const found = [causes > 0 ? count(causes, 'root cause') : '', warnings > 0 ? count(warnings, 'warning') : '']
  const text = found.filter(Boolean).join(', ')
  if (text) return causes > 0 ? paint.red(text) : paint.yellow(text)
  return isComplete(report) ? paint.green('nothing found') : paint.yellow('nothing found in what was read')
}

function block(finding: Finding, report: Report, options: TextOptions): string[] {
  const { paint } = options
  const subject = [finding.subject.namespace, finding.subject.name].filter(Boolean).join('/')
  const head = `${letter(finding, paint)} ${paint.bold(finding.code)} ${oneLine(subject)}  ${oneLine(finding.message)}`
  const evidence = options.wide ? finding.evidence : finding.evidence.slice(0, 2)
  const remedies = options.wide ? finding.remedies : finding.remedies.slice(0, 1)
  return [
    head,
    ...explained(finding, report, options),
    ...evidence.map(item => cut(labelled('evidence', evidenceLine(item)), options)),
    ...(options.wide ? [labelled('danger', oneLine(finding.danger))] : []),
    ...remedies.flatMap(remedy => remedyLines(remedy)),
    labelled('verify', oneLine(finding.verify)),
  ]
}

const evidenceLine = ({ at, observed, expected }: Evidence): string =>
  `${oneLine(at)}: ${oneLine(observed, 220)}${expected ? ` (expected ${oneLine(expected)})` : ''}`

const remedyLines = ({ title, commands, risk, rollback }: Remedy): string[] => [
  labelled('fix', `${oneLine(title)}${risk === 'none' ? '' : ` (risk: ${risk})`}`),
  ...commands.map(({ on, run }) => labelled('', `${on === 'node' ? 'node$' : '$'} ${oneLine(run, 1000)}`)),
  ...(rollback ? [labelled('undo', oneLine(rollback))] : []),
]

function explained(finding: Finding, report: Report, options: TextOptions): string[] {
  const symptoms = report.findings.filter(({ id }) => finding.explains.includes(id))
  if (symptoms.length === 0) return []
  const lines = symptoms.map(({ code, message }) => `${oneLine(message)} (${code})`)
  const shown = options.wide ? lines : lines.slice(0, 3)
  const more = lines.length - shown.length
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].map((line, i) =>
    cut(labelled(i === 0 ? 'explains' : '', line), options),
  )
}

function rest(report: Report, shown: number, { wide }: TextOptions): string[] {
  if (wide) return []
  const causes = report.rootCauses.length - shown
  const infos = report.findings.filter(({ severity }) => severity === 'info').length
  const hidden = [causes > 0 ? count(causes, 'more finding') : '', infos > 0 ? count(infos, 'note') : ''].filter(
    Boolean,
  )
  return hidden.length > 0 ? ['', `${hidden.join(' and ')}: see -o wide`] : []
}

/** What was not decided, shortened to a line each unless everything is wanted. */
function openQuestions(report: Report, options: TextOptions): string[] {
  const open = [...report.checks.notRun.map(describe('not run')), ...report.checks.crashed.map(describe('crashed'))]
  const shown = options.wide ? open : open.slice(0, 4)
  const more = open.length - shown.length
  if (open.length === 0) return []
  return ['', ...shown.map(line => cut(line, options)), ...(more > 0 ? [`  … and ${more} more: see -o wide`] : [])]
}

const describe =
  (state: string) =>
  ({ code, why, nodes }: NotRun): string =>
    `- ${code} ${state}${nodes.length > 0 ? ` on ${nodes.join(', ')}` : ''}: ${oneLine(why)}`

const letter = ({ severity }: Finding, paint: Paint): string =>
  ({ error: paint.red('E'), warning: paint.yellow('W'), info: 'I' })[severity]

const labelled = (label: string, text: string): string => `  ${label.padEnd(9)}${text}`
const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

/** Keeps one line one line on a terminal; nothing is cut where the output is not one or where all is wanted. */
const cut = (line: string, { width, wide }: TextOptions): string =>
  wide || line.length <= width ? line : `${line.slice(0, Math.max(1, width - 1))}…`
