import type { Subject } from '../../shared/finding.ts'
import type { PartName } from '../../shared/snapshot.ts'
import { oneLine } from '../../shared/text.ts'
import type { Report } from '../engine/report.ts'
import type { ClusterPartName, Snapshot } from '../engine/snapshot.ts'
import { renderTable } from './table.ts'

/** What of a view is wanted: namespaces, all when empty, and there perhaps one object. */
export interface Focus {
  readonly namespaces: readonly string[]
  readonly name: string | null
}

/** A table of a view: its rows as data, and as text. */
interface Shown {
  readonly rows: readonly object[]
  readonly text: (wide: boolean) => string
}

/** Part of a run by areas of checks, with a table. */
export interface View {
  readonly areas: readonly string[]
  /** Parts of nodes that the table shows. */
  readonly parts: readonly PartName[]
  /** Parts of the API's state that the table shows beside nodes, pods and endpoints. */
  readonly cluster: readonly ClusterPartName[]
  /** Kind of the objects that can be asked for by name. */
  readonly takesName: Subject['kind'] | null
  /** Name of the rows in the JSON. */
  readonly key: string
  readonly show: (snapshot: Snapshot, report: Report, focus: Focus) => Shown
}

type Column<R> = readonly [header: string, cell: (row: R) => string]

interface Definition<R extends object> extends Omit<View, 'show'> {
  /** One row per object; a text says why there are none to show. */
  readonly rows: (snapshot: Snapshot, report: Report, focus: Focus) => readonly R[] | string
  readonly columns: readonly Column<R>[]
  readonly wideColumns?: readonly Column<R>[]
  /** What stands in place of an empty table. */
  readonly none: string
}

/** Most rows of a table that was not asked for in full. */
const mostRows = 40

/** A view whose rows have one type, which only it knows. */
export const defineView = <R extends object>(definition: Definition<R>): View => ({
  ...definition,
  show: (snapshot, report, focus) => {
    const rows = definition.rows(snapshot, report, focus)
    if (typeof rows === 'string') return { rows: [], text: () => `? ${oneLine(rows)}\n` }
    return { rows, text: wide => renderRows(rows, definition, wide) }
  },
})

function renderRows<R extends object>(rows: readonly R[], view: Definition<R>, wide: boolean): string {
  if (rows.length === 0) return `${view.none}\n`
  const columns = wide ? [...view.columns, ...(view.wideColumns ?? [])] : view.columns
  const shown = wide ? rows : rows.slice(0, mostRows)
  const table = renderTable(
    columns.map(([header]) => header),
    shown.map(row => columns.map(([, cell]) => oneLine(cell(row), wide ? 400 : 90))),
  )
  return rows.length > shown.length ? `${table}… and ${rows.length - shown.length} more: see -o wide\n` : table
}

export const isInNamespaces = (namespace: string, { namespaces }: Focus): boolean =>
  namespaces.length === 0 || namespaces.includes(namespace)
