import type { Finding, Severity } from '../../shared/finding.ts'
import { counted, oneLine } from '../../shared/text.ts'
import type { Change, Difference, Gap } from '../model/diff/difference.ts'
import type { Paint } from './paint.ts'

interface DiffOptions {
  readonly paint: Paint
  /** Columns of the terminal; longer lines are truncated. */
  readonly width: number
  /** Shows everything instead of one screen. */
  readonly wide: boolean
}

/** Most lines of each kind on the first screen. */
const most = { new: 6, gone: 4, changed: 8, gaps: 3 } as const

/** Renders a difference as text: new and gone findings, then changed facts, then what could not be compared. */
export function renderDiff(difference: Difference, options: DiffOptions): string {
  const lines = [
    summaryOf(difference, options),
    ...sides(difference),
    ...section(newFindings(difference, options), most.new, options),
    ...section(goneFindings(difference, options), most.gone, options),
    ...section([...nodeLines(difference), ...changeLines(difference, options)], most.changed, options),
    ...section(gapLines(difference), most.gaps, options),
  ]
  return `${lines.map(line => cut(line, options)).join('\n')}\n`
}

function summaryOf({ findings, changes, nodes, notComparable }: Difference, { paint }: DiffOptions): string {
  const roots = findings.new.filter(({ isRootCause }) => isRootCause)
  const errors = roots.filter(({ finding }) => finding.severity === 'error').length
  const warnings = roots.length - errors
  const others = findings.new.length - roots.length
  const said = [
    errors > 0 ? paint.red(counted(errors, 'new root cause')) : '',
    warnings > 0 ? paint.yellow(counted(warnings, 'new warning')) : '',
    others > 0 ? counted(others, 'further new finding') : '',
    findings.gone.length > 0 ? paint.green(`${findings.gone.length} gone`) : '',
    findings.changed.length > 0 ? `${findings.changed.length} of other severity` : '',
    nodes.new.length + nodes.gone.length > 0 ? `${nodes.new.length} nodes new, ${nodes.gone.length} gone` : '',
    changes.length > 0 ? counted(changes.length, 'change') : '',
  ].filter(Boolean)
  const same = findings.same.length > 0 ? [`${findings.same.length} as before`] : []
  const open = notComparable.length + findings.unknown.length
  const none = open > 0 ? paint.yellow('no difference in what both know') : paint.green('no difference')
  const gaps = open > 0 ? [paint.yellow(`${open} not comparable`)] : []
  return [...(said.length > 0 ? said : [none]), ...same, ...gaps].join(' · ')
}

function sides({ a, b }: Difference): readonly string[] {
  const cells = [a, b].map(({ name, takenAt, version, nodes, read }) => [
    oneLine(takenAt, 40).replace(/(?:\.\d+)?Z$/, 'Z'),
    oneLine(version ?? '?', 40),
    `${read} of ${counted(nodes, 'node')} read`,
    oneLine(name, 80),
  ])
  return aligned(cells).map((line, i) => `${'AB'[i]}  ${line}`)
}

function section(lines: readonly string[], limit: number, { wide }: DiffOptions): readonly string[] {
  if (lines.length === 0) return []
  const shown = wide ? lines : lines.slice(0, limit)
  const more = lines.length - shown.length
  return ['', ...shown, ...(more > 0 ? [`… and ${more} more: see -o wide`] : [])]
}

/** The first screen only counts what a new cause explains. */
function newFindings({ findings }: Difference, options: DiffOptions): readonly string[] {
  const fresh = new Set(findings.new.map(({ finding }) => finding.id))
  const explained = new Set(findings.new.flatMap(({ finding, isRootCause }) => (isRootCause ? finding.explains : [])))
  const shown = options.wide ? findings.new : findings.new.filter(({ finding }) => !explained.has(finding.id))
  return [
    ...shown.map(({ finding, isRootCause, before }) => {
      const symptoms = isRootCause ? finding.explains.filter(id => fresh.has(id)).length : 0
      const rest = [
        symptoms > 0 ? `explains ${symptoms} more` : '',
        before === 'not looked at' ? 'was not looked at before' : '',
      ]
      return `new      ${headline(finding, options)}${inBrackets(rest)}`
    }),
    ...findings.changed.map(
      ({ finding, from }) =>
        `${graver(finding.severity, from) ? 'worse   ' : 'better  '} ${headline(finding, options)} (was ${from})`,
    ),
  ]
}

const graver = (now: Severity, before: Severity): boolean => weight[now] > weight[before]
const weight = { info: 0, warning: 1, error: 2 } as const

const goneFindings = ({ findings }: Difference, options: DiffOptions): readonly string[] => [
  ...findings.gone.map(({ finding }) => `gone     ${headline(finding, options)}`),
  ...findings.unknown.map(({ finding, why }) => `unknown  ${headline(finding, options)} (${oneLine(why, 120)})`),
]

const inBrackets = (parts: readonly string[]): string => {
  const text = parts.filter(Boolean).join(', ')
  return text ? ` (${text})` : ''
}

function headline({ code, severity, subject, message }: Finding, { paint }: DiffOptions): string {
  const letter = { error: paint.red('E'), warning: paint.yellow('W'), info: 'I' }[severity]
  const name = [subject.namespace, subject.name].filter(Boolean).join('/')
  const place = subject.kind === 'Cluster' || message.includes(name) ? '' : `${oneLine(name)}: `
  return `${letter} ${paint.bold(code)} ${place}${oneLine(message)}`
}

const nodeLines = ({ nodes }: Difference): readonly string[] => [
  ...(nodes.new.length > 0 ? [`new nodes: ${nodes.new.join(' ')}`] : []),
  ...(nodes.gone.length > 0 ? [`nodes that are gone: ${nodes.gone.join(' ')}`] : []),
]

const changeLines = ({ changes, a, b }: Difference, options: DiffOptions): readonly string[] =>
  aligned(
    changes.map(change => [
      placeOf(change.nodes, { all: Math.min(a.nodes, b.nodes), wide: options.wide }),
      oneLine(change.fact, options.wide ? 200 : 60),
      arrow(change, options.wide ? 2000 : 90),
    ]),
  )

function arrow({ before, after }: Change, room: number): string {
  if (after === '') return `lost ${oneLine(before, room)}`
  if (before === '') return `got ${oneLine(after, room)}`
  return `${oneLine(before, room)} → ${oneLine(after, room)}`
}

/** One line per reason. */
function gapLines({ notComparable }: Difference): readonly string[] {
  const groups = new Map<string, Gap & { readonly whats: readonly string[] }>()
  for (const gap of notComparable) {
    const key = JSON.stringify([gap.side, gap.why, gap.nodes])
    groups.set(key, { ...gap, whats: [...(groups.get(key)?.whats ?? []), gap.what] })
  }
  return [...groups.values()].map(({ whats, nodes, side, why }) => {
    const where = nodes.length > 0 ? ` of ${placeOf(nodes, { all: 0, wide: false })}` : ''
    const what = whats.length > 4 ? `${whats.length} things` : whats.join(', ')
    return `? ${oneLine(what)}${where} not comparable, because not known in ${side.toUpperCase()}: ${oneLine(why)}`
  })
}

function placeOf(nodes: readonly string[], { all, wide }: { readonly all: number; readonly wide: boolean }): string {
  if (nodes.length === 0) return 'cluster'
  if (wide || nodes.length <= 2) return nodes.map(name => oneLine(name, 63)).join(' ')
  return nodes.length === all ? `all ${nodes.length} nodes` : `${nodes.length} nodes`
}

/** Aligns cells in columns, except the last of each row. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  return rows.map(row =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

const cut = (line: string, { width, wide }: DiffOptions): string =>
  wide || line.length <= width ? line : `${line.slice(0, Math.max(1, width - 1))}…`
