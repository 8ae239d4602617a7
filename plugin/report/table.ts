import Table from 'cli-table3'

/** A borderless table with a header line, as kubectl prints it. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...header],
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 3 },
  })
  table.push(...rows.map(row => [...row]))
  return table
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
    .concat('\n')
}

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
