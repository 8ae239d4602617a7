import { renderTable } from '../../plugin/report/table.ts'
import { isAmong, isFirst, type Score, totalsOf } from './score.ts'

/** The accepted minimum of correct first root causes in percent, and maximum of false alarms. */
export interface Floor {
  readonly first: number
  readonly falseAlarms: number
}

/** A table by class, a line per miss and false alarm, and the total as the last line. */
export function renderBoard(scores: readonly Score[]): string {
  const lines = scores.flatMap(troubles)
  return [
    classes(scores),
    ...lines.map(line => `${line}\n`),
    lines.length > 0 ? '\n' : '',
    `${summary(scores)}\n`,
  ].join('')
}

export function isBelow(scores: readonly Score[], { first, falseAlarms }: Floor): boolean {
  const totals = totalsOf(scores)
  const crashes = scores.some(({ crashed }) => crashed.length > 0)
  return crashes || share(totals.first, totals.positives) < first || totals.falseAlarms > falseAlarms
}

function classes(scores: readonly Score[]): string {
  const groups = [...new Set(scores.map(({ group }) => group))].sort()
  const rows = groups.map(group => {
    const own = scores.filter(score => score.group === group)
    const { positives, first, among, falseAlarms } = totalsOf(own)
    return [group, own.length, first, among, positives - among, falseAlarms].map(String)
  })
  return `${renderTable(['CLASS', 'BUNDLES', 'FIRST', 'AMONG', 'MISSED', 'FALSE ALARMS'], rows)}\n`
}

function troubles(score: Score): readonly string[] {
  const { name, expected, named, falseAlarms, crashed } = score
  const got = `expected ${expected.join(' or ') || 'nothing'}, got ${named.slice(0, 6).join(' ') || 'nothing'}`
  return [
    ...(expected.length > 0 && !isFirst(score)
      ? [`${isAmong(score) ? 'not first' : 'missed   '}  ${name}: ${got}`]
      : []),
    ...(falseAlarms.length > 0 ? [`false     ${name}: ${falseAlarms.join(' ')} (${got})`] : []),
    ...(crashed.length > 0 ? [`crashed   ${name}: ${crashed.join(' ')}`] : []),
  ]
}

function summary(scores: readonly Score[]): string {
  const { positives, first, among, falseAlarms } = totalsOf(scores)
  return [
    `root cause first ${share(first, positives).toFixed(1)} % (${first}/${positives})`,
    `among the roots ${share(among, positives).toFixed(1)} %`,
    `missed ${positives - among}`,
    `false alarms ${falseAlarms}`,
  ].join(' · ')
}

const share = (part: number, whole: number): number => (whole === 0 ? 100 : (100 * part) / whole)
