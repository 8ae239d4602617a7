import { oneLine } from '../../shared/text.ts'
import type { NodeOverview } from '../model/node-overview.ts'
import { renderTable } from './table.ts'

type Column = readonly [header: string, cell: (node: NodeOverview) => string]

const unknown = '?'
const none = '-'

const columns: readonly Column[] = [
  ['NODE', ({ name }) => name],
  ['STATE', ({ state }) => state],
  ['FINDINGS', ({ findings }) => findings.join(' ') || none],
  ['CNI', ({ cni }) => (cni === null ? unknown : cni.map(({ network }) => network).join(' ') || none)],
  ['ADDRESSES', ({ addresses }) => (addresses === null ? unknown : addresses.map(share).join(' ') || none)],
  ['FORWARD', ({ forwarding }) => setting(forwarding)],
  ['BRIDGE-NF', ({ bridgeFilter }) => setting(bridgeFilter)],
  [
    'HAIRPIN',
    ({ hairpin }) => (hairpin === null ? unknown : hairpin.ports === 0 ? none : `${hairpin.enabled}/${hairpin.ports}`),
  ],
  ['CONNTRACK', ({ conntrack }) => (conntrack === null ? unknown : percent(conntrack))],
  ['PROXY', ({ serviceProxy }) => serviceProxy ?? unknown],
  ['RUNTIME', ({ runtime }) => runtime ?? unknown],
]

const wideColumns: readonly Column[] = [
  ['CNI-FILES', ({ cni }) => (cni === null ? unknown : cni.map(({ file }) => file).join(' ') || none)],
  ['PLUGINS', ({ cni }) => (cni === null ? unknown : cni.map(({ plugins }) => plugins.join('+')).join(' ') || none)],
  ['KUBELET', ({ kubelet }) => kubelet ?? unknown],
  ['KERNEL', ({ kernel }) => kernel ?? unknown],
  ['OS', ({ os }) => os ?? unknown],
]

interface NodeTableOptions {
  /** Adds the columns of `-o wide`. */
  readonly wide: boolean
}

/** One line per node. `?` was not read, `-` is not there. */
export function renderNodes(nodes: readonly NodeOverview[], options: NodeTableOptions): string {
  const { header, rows } = nodeTable(nodes, options)
  return renderTable(header, rows)
}

/** The same as cells, for other kinds of tables. */
export function nodeTable(
  nodes: readonly NodeOverview[],
  { wide }: NodeTableOptions,
): { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const shown = wide ? [...columns, ...wideColumns] : columns
  return {
    header: shown.map(([header]) => header),
    rows: nodes.map(node => shown.map(([, cell]) => oneLine(cell(node), 80))),
  }
}

const share = ({ used, capacity }: { used: number; capacity: number }): string =>
  capacity > 1e6 ? `${used}` : `${used}/${capacity}`

const percent = ({ count, max }: { count: number; max: number }): string =>
  max === 0 ? `${count}` : `${Math.round((100 * count) / max)}%`

const setting = (value: NodeOverview['forwarding']): string => ({ on: 'on', off: 'off', absent: none, unknown })[value]
