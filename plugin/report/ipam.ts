import { oneLine } from '../../shared/text.ts'
import { tellAge } from '../model/ages.ts'
import type { IpamAddress, IpamNetwork, IpamNode } from '../model/ipam-overview.ts'
import type { Paint } from './paint.ts'
import { renderTable } from './table.ts'

interface IpamTextOptions {
  readonly paint: Paint
  /** Shows all addresses with full ids, including unknown ones. */
  readonly wide: boolean
}

const header = ['NODE', 'NETWORK', 'RANGE', 'CAPACITY', 'USED', 'LIVE', 'LEAKED', 'UNKNOWN', 'FREE']

/** Renders the use of every range as a table, then leaked addresses with the reason. */
export function renderIpam(nodes: readonly IpamNode[], options: IpamTextOptions): string {
  const rows = nodes.flatMap(rowsOf)
  const details = nodes.flatMap(({ node, networks, settings }) =>
    networks.flatMap(network => detailsOf({ node, network, settings }, options)),
  )
  const notes = nodes.flatMap(({ node, unread, networks, others, otherStores }) => [
    ...(unread === null ? [] : [`? ${node}: ${oneLine(unread, 300)}`]),
    ...(unread === null && networks.length === 0 && others.length === 0
      ? [`- ${node}: host-local gives no addresses here`]
      : []),
    ...otherStores
      .filter(({ reservations }) => reservations > 0)
      .map(({ path, reservations }) => `- ${node}: ${path} holds ${reservations} reservations of no network in use`),
  ])
  return [
    rows.length > 0 ? renderTable(header, rows) : '',
    renderOthers(nodes, rows.length > 0),
    ...details,
    ...notes.map(line => `${line}\n`),
  ].join('')
}

/** Other address managers, by their own state; netcheck never changes them. */
function renderOthers(nodes: readonly IpamNode[], isSecond: boolean): string {
  const all = nodes.flatMap(({ node, others }) => others.map(each => ({ node, ...each })))
  if (all.length === 0) return ''
  const rows = all.map(({ node, manager, used, free, leaked }) => [
    ...[node, manager, ...[used, free, leaked].map(count => (count === null ? '?' : String(count)))],
  ])
  const unread = all.flatMap(({ node, manager, unread }) =>
    unread === null ? [] : [`? ${node} ${manager}: ${oneLine(unread, 300)}\n`],
  )
  const fixes = all.flatMap(({ manager, leaked, fix }) => ((leaked ?? 0) > 0 ? [`  ${manager}: ${fix}\n`] : []))
  const table = renderTable(['NODE', 'MANAGER', 'USED', 'FREE', 'LEAKED'], rows)
  return [isSecond ? '\n' : '', table, ...unread, ...new Set(fixes)].join('')
}

/** Leaked addresses, one per line, as `node/network/address`. */
export const renderIpamNames = (nodes: readonly IpamNode[]): string =>
  nodes
    .flatMap(({ node, networks }) =>
      networks.flatMap(({ network, leaked }) => leaked.map(({ address }) => `${node}/${network}/${address}\n`)),
    )
    .join('')

const rowsOf = ({ node, networks }: IpamNode): readonly (readonly string[])[] =>
  networks.flatMap(({ network, ranges }) =>
    ranges.map(({ range, capacity, used, live, leaked, unknown, free }) => [
      ...[node, oneLine(network, 40), range, short(capacity)],
      ...[used, live, leaked, unknown].map(String),
      short(free),
    ]),
  )

/** Large IPv6 counts in scientific notation. */
const short = (digits: string): string => (digits.length > 9 ? Number(digits).toExponential(1) : digits)

interface Detail {
  readonly node: string
  readonly network: IpamNetwork
  readonly settings: readonly string[]
}

function detailsOf({ node, network, settings }: Detail, { paint, wide }: IpamTextOptions): readonly string[] {
  const { leaked, unknown, reasons, certain } = network
  const title = `\n${node} ${oneLine(network.network, 40)}: `
  return [
    ...(leaked.length > 0
      ? [`${title}${paint.yellow(`${leaked.length} leaked`)}${certain ? '' : ', most likely'}\n`, listOf(leaked, wide)]
      : []),
    ...(unknown.length > 0 && wide ? [`${title}${unknown.length} unknown\n`, listOf(unknown, wide)] : []),
    ...(unknown.length > 0 && !wide && leaked.length > 0 ? [`  ${unknown.length} unknown: see -o wide\n`] : []),
    ...(leaked[0] && !wide ? [`  why      ${oneLine(leaked[0].why, 200)}\n`] : []),
    ...reasons.map(reason => `  cause    ${oneLine(reason, wide ? 1000 : 300)}\n`),
    ...(reasons.length > 0 && settings.length > 0 ? [`  settings ${oneLine(settings.join(' · '), 300)}\n`] : []),
  ]
}

/** Maximum number of addresses per network in the short form. */
const most = 10

function listOf(addresses: readonly IpamAddress[], wide: boolean): string {
  const shown = wide ? addresses : addresses.slice(0, most)
  const rows = shown.map(({ address, ageSeconds, containerId, was, why }) => [
    `  ${oneLine(address, 60)}`,
    tellAge(ageSeconds === null ? null : 1000 * ageSeconds),
    wide ? containerId : containerId.slice(0, 12),
    was ? `${oneLine(was.what, wide ? 160 : 50)} (${oneLine(was.source, 40)})` : '?',
    ...(wide ? [oneLine(why, 300)] : []),
  ])
  const more = addresses.length - shown.length
  return `${renderTable(['  ADDRESS', 'AGE', 'CONTAINER', 'LAST WAS', ...(wide ? ['WHY'] : [])], rows)}${more > 0 ? `  … and ${more} more: see -o wide\n` : ''}`
}
