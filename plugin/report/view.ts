import type { Subject } from '../../shared/finding.ts'
import type { PartName } from '../../shared/snapshot.ts'
import { oneLine } from '../../shared/text.ts'
import type { Report } from '../engine/report.ts'
import type { ClusterPartName, Snapshot } from '../engine/snapshot.ts'
import { renderTable } from './table.ts'

/** Filter of a view: namespaces (all when empty), and optionally one object. */
export interface Focus {
  readonly namespaces: readonly string[]
  readonly name: string | null
}

/** How a table is printed; `width` is that of the terminal. */
interface ViewOptions {
  readonly wide: boolean
  readonly width: number
}

/** A table of a view: its rows as data, and as text. */
interface Shown {
  readonly rows: readonly object[]
  readonly text: (options: ViewOptions) => string
}

/** A part of the report by areas of checks, with a table. */
export interface View {
  readonly areas: readonly string[]
  /** Node parts that the table shows. */
  readonly parts: readonly PartName[]
  /** Cluster parts that the table shows in addition to nodes, pods and endpoints. */
  readonly cluster: readonly ClusterPartName[]
  /** Kind of object that can be selected by name. */
  readonly takesName: Subject['kind'] | null
  /** Field of the rows in the JSON. */
  readonly key: string
  readonly show: (snapshot: Snapshot, report: Report, focus: Focus) => Shown
}

type Column<R> = readonly [header: string, cell: (row: R) => string]

interface Definition<R extends object> extends Omit<View, 'show'> {
  /** One row per object, or a sentence on why there are none. */
  readonly rows: (snapshot: Snapshot, report: Report, focus: Focus) => readonly R[] | string
  readonly columns: readonly Column<R>[]
  readonly wideColumns?: readonly Column<R>[]
  /** Text in place of an empty table. */
  readonly none: string
}

/** Maximum number of rows unless `wide`. */
const mostRows = 40

/** Defines a view; the type of its rows stays internal. */
export const defineView = <R extends object>(definition: Definition<R>): View => ({
  ...definition,
  show: (snapshot, report, focus) => {
    const rows = definition.rows(snapshot, report, focus)
    if (typeof rows === 'string') return { rows: [], text: () => `? ${oneLine(rows)}\n` }
    return { rows, text: options => renderRows(rows, definition, options) }
  },
})

function renderRows<R extends object>(rows: readonly R[], view: Definition<R>, { wide, width }: ViewOptions): string {
  if (rows.length === 0) return `${view.none}\n`
  const columns = wide ? [...view.columns, ...(view.wideColumns ?? [])] : view.columns
  const shown = wide ? rows : rows.slice(0, mostRows)
  const table = renderTable(
    columns.map(([header]) => header),
    shown.map(row => columns.map(([, cell]) => oneLine(cell(row), wide ? 400 : 90))),
    wide ? undefined : width,
  )
  return rows.length > shown.length ? `${table}… and ${rows.length - shown.length} more: see -o wide\n` : table
}

/** Whether a view shows objects of a namespace. */
export const isInNamespaces = (namespace: string, { namespaces }: Focus): boolean =>
  namespaces.length === 0 || namespaces.includes(namespace)
