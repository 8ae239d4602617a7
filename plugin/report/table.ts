import Table from 'cli-table3'

/** A borderless table with a header line, as kubectl prints it. The last column is cut to what `width` leaves to it. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const room = Math.max(leastLast, width - widthBeforeLast([header, ...rows]))
  const table = new Table({
    head: [...header],
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
  })
  table.push(...rows.map(row => row.map((cell, at) => (at === header.length - 1 ? cut(cell, room) : cell))))
  return table
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
    .concat('\n')
}

const gap = 3

/** Characters that the last column has in any case. */
const leastLast = 20

const widthBeforeLast = (rows: readonly (readonly string[])[]): number =>
  (rows[0] ?? []).slice(0, -1).reduce((sum, _, at) => sum + gap + Math.max(...rows.map(row => row[at]?.length ?? 0)), 0)

const cut = (text: string, room: number): string => (text.length > room ? `${text.slice(0, room - 1)}…` : text)

const borderless = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map(name => [name, '']),
)
