import type { Evidence, Finding } from '../../shared/finding.ts'
import { counted, oneLine } from '../../shared/text.ts'
import type { Hop, HopState } from '../model/path/hop.ts'
import type { PathAnswer } from '../model/path/question.ts'
import type { Way } from '../model/path/trace.ts'
import type { Paint } from './paint.ts'
import { rowsOf, shortened } from './rows.ts'

interface PathOptions {
  readonly paint: Paint
  /** Columns of the terminal. */
  readonly width: number
  /** Shows every way with all hops and evidence. */
  readonly wide: boolean
  readonly seconds: number | null
}

/** Limits of the short form: ways on their own line, causes, and characters of evidence. */
const most = { ways: 4, causes: 3, observed: 160 } as const

/** Renders the answer of `path`: what stops the connection, then hop by hop, then related root causes. */
export function renderPath(answer: PathAnswer, causes: readonly Finding[], options: PathOptions): string {
  const { hops, ways } = answer
  const sorted = ways.toSorted((a, b) => gravity(a.state) - gravity(b.state))
  const [first, ...others] = sorted
  const full = options.wide ? sorted : first ? [first] : []
  const lines = [
    ...headOf(answer, options),
    '',
    ...hops.flatMap(hop => hopLines(hop, options)),
    ...full.flatMap(way => ['', wayHead(way), ...way.hops.flatMap(hop => hopLines(hop, options))]),
    ...(options.wide ? [] : shortWays(others, options)),
    ...causeLines(causes, options),
  ]
  return `${lines.join('\n')}\n`
}

const order: readonly HopState[] = ['blocked', 'partly', 'not-looked-at', 'noted', 'ok']
const gravity = (state: HopState): number => order.indexOf(state)

/** The verdict with its reason, and the connection. */
function headOf(answer: PathAnswer, { paint, seconds, width }: PathOptions): string[] {
  const { from, to, protocol, ways, state, sources } = answer
  const blocked = ways.filter(way => way.state === 'blocked').length
  const others = sources.filter(source => source.state !== state)
  const some = others.length > 0 ? ` · ${others.length} of ${sources.length} pods of that name fare better` : ''
  const share = ways.length > 1 && blocked > 0 ? ` · ${blocked} of ${ways.length} endpoints blocked` : ''
  const time = seconds === null ? '' : ` · ${seconds.toFixed(1)} s`
  const reason = reasonOf(answer)
  const verdict = verdicts[state]
  const colour =
    state === 'blocked' || state === 'partly'
      ? paint.red
      : state === 'ok' || state === 'noted'
        ? paint.green
        : paint.yellow
  const joint = state === 'not-looked-at' ? ': ' : state === 'noted' ? '; worth knowing at ' : ' at '
  const said = reason ? `${joint}${reason.place}: ${reason.text}` : ''
  const rows = rowsOf(oneLine(`${verdict}${said}`, 600), { width, most: 3 })
  return [
    ...rows.map((row, i) =>
      i === 0 ? `${colour(row.slice(0, verdict.length))}${row.slice(verdict.length)}` : `  ${row}`,
    ),
    `${oneLine(from)} → ${oneLine(to)}/${protocol}${share}${some}${time}`,
  ]
}

const verdicts: Readonly<Record<HopState, string>> = {
  blocked: 'blocked',
  partly: 'blocked in part',
  'not-looked-at': 'nothing found that blocks it, but not everything was looked at',
  noted: 'nothing blocks it',
  ok: 'nothing blocks it',
}

/** The first hop with the state of the verdict. */
function reasonOf({ state, hops, ways }: PathAnswer): Hop | undefined {
  if (state === 'ok') return undefined
  const all = [...hops, ...ways.flatMap(way => way.hops)]
  const isReason = (hop: Hop) => hop.state === 'partly' || hop.state === 'blocked'
  return state === 'blocked' || state === 'partly' ? all.find(isReason) : all.find(hop => hop.state === state)
}

const wayHead = ({ target, address, node }: Way): string =>
  oneLine(`→ ${target}${target === address ? '' : ` ${address}`}${node === null ? '' : ` on ${node}`}`)

function hopLines({ state, place, text, evidence, code }: Hop, options: PathOptions): string[] {
  const { paint, width, wide } = options
  const colour = {
    ok: paint.green,
    noted: paint.yellow,
    partly: paint.red,
    blocked: paint.red,
    'not-looked-at': paint.yellow,
  }[state]
  const head = `${colour(words[state].padEnd(indent - 1))} `
  const room = wide ? Number.POSITIVE_INFINITY : width - indent
  const rows = rowsOf(oneLine(`${place}: ${text}`, 600), { width: room, most: 3 })
  const isTold = state !== 'ok' || wide
  const shown = isTold ? evidence.slice(0, wide ? 20 : 2) : []
  return [
    ...rows.map((row, i) => (i === 0 ? `${head}${row}` : `${' '.repeat(indent)}${row}`)),
    ...shown.flatMap(line => evidenceRows(line, options)),
    ...(isTold && code !== null ? [`${' '.repeat(indent)}kubectl netcheck explain ${code}`] : []),
  ]
}

function evidenceRows({ at, observed, expected }: Evidence, { width, wide }: PathOptions): string[] {
  const seen = wide ? oneLine(observed, 1000) : shortened(oneLine(observed, 1000), most.observed)
  const text = `${oneLine(at)}: ${seen}${expected ? ` (expected ${oneLine(expected)})` : ''}`
  const room = wide ? Number.POSITIVE_INFINITY : width - indent
  return rowsOf(text, { width: room, most: 3 }).map(row => `${' '.repeat(indent)}${row}`)
}

const indent = 9
const words: Readonly<Record<HopState, string>> = {
  ok: 'ok',
  noted: 'note',
  partly: 'partly',
  blocked: 'BLOCKED',
  'not-looked-at': 'unread',
}

/** Further ways in one line each. */
function shortWays(ways: readonly Way[], { paint, width }: PathOptions): string[] {
  const shown = ways.slice(0, most.ways)
  const lines = shown.map(way => {
    const reason = way.hops.find(({ state }) => state === way.state)
    const where = reason?.place === way.target ? '' : `${reason?.place}: `
    const said = way.state === 'ok' || !reason ? counted(way.hops.length, 'hop') : `${where}${reason.text}`
    const line = `${words[way.state].padEnd(indent - 1)} ${wayHead(way)}: ${oneLine(said, 400)}`
    return line.length <= width ? line : `${line.slice(0, width - 1)}…`
  })
  const left = ways.length - shown.length
  const more = left > 0 ? [paint.dim(`… and ${counted(left, 'more endpoint')}: see -o wide`)] : []
  return lines.length > 0 ? ['', ...lines, ...more] : []
}

/** Root causes of the whole run that can affect this connection. */
function causeLines(causes: readonly Finding[], { paint, wide, width }: PathOptions): string[] {
  if (causes.length === 0) return []
  const shown = wide ? causes : causes.slice(0, most.causes)
  const left = causes.length - shown.length
  const lines = shown.map(({ severity, code, subject, message }) => {
    const letter = severity === 'error' ? paint.red('E') : paint.yellow('W')
    const name = [subject.namespace, subject.name].filter(Boolean).join('/')
    const text = oneLine(`${name}  ${message}`, 600)
    return `${letter} ${paint.bold(code)} ${wide || text.length < width - 9 ? text : `${text.slice(0, width - 10)}…`}`
  })
  return [
    '',
    'also wrong on the way (kubectl netcheck check has the fixes):',
    ...lines,
    ...(left > 0 ? [`… and ${left} more`] : []),
  ]
}
