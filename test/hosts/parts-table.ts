import { isMissing, type Part, type Unavailable } from '../../shared/reading.ts'
import type { NodeSnapshot } from '../../shared/snapshot.ts'

/** A host and its parts. */
export interface ReadHost {
  readonly name: string
  readonly parts: Readonly<Record<string, Part<unknown>>>
}

/** The nodes of a bundle as hosts; a bundle with one node is named like the bundle. */
export function hostsOf(bundle: string, nodes: readonly NodeSnapshot[]): readonly ReadHost[] {
  return nodes.flatMap(node => {
    if (node.status !== 'read') return []
    return [{ name: nodes.length === 1 ? bundle : `${bundle} ${node.name}`, parts: node.parts }]
  })
}

/** Table of parts by host as Markdown: read, missing, or unread with the reason. */
export function renderParts(hosts: readonly ReadHost[]): string {
  const names = [...new Set(hosts.flatMap(({ parts }) => Object.keys(parts)))].sort()
  const rows = names.map(name => [`\`${name}\``, ...hosts.map(({ parts }) => cellOf(parts[name]))])
  const header = ['part', ...hosts.map(({ name }) => name)]
  return `${[header, header.map(() => '---'), ...rows].map(toRow).join('\n')}\n\n${whys(names, hosts).join('\n')}\n`
}

const toRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function cellOf(part: Part<unknown> | undefined): string {
  if (part === undefined) return '?'
  if (part.status === 'unavailable') return isMissing(part) ? 'not there' : `**${part.reason}**`
  return unreadInside(part.value).length > 0 ? 'read in part' : 'read'
}

/** One line per part and reason, with its hosts. */
function whys(names: readonly string[], hosts: readonly ReadHost[]): readonly string[] {
  const reasons = names.flatMap(name =>
    hosts.flatMap(host => reasonsOf(host.parts[name]).map(why => ({ text: `\`${name}\`: ${why}`, host: host.name }))),
  )
  return [...new Set(reasons.map(({ text }) => text))].map(text => {
    const where = [...new Set(reasons.filter(reason => reason.text === text).map(({ host }) => host))]
    return `- ${text} (${where.length === hosts.length ? 'everywhere' : where.join(', ')})`
  })
}

/** Of what is read in part the first reasons; there may be one for each process. */
function reasonsOf(part: Part<unknown> | undefined): readonly string[] {
  if (part === undefined) return []
  if (part.status === 'unavailable') return [`${isMissing(part) ? 'not there' : part.reason}, ${part.detail}`]
  return unreadInside(part.value)
    .slice(0, 2)
    .map(({ reason, detail }) => `in part ${reason}, ${detail}`)
}

/** All unread readings within a value; `missing` is not unread. */
function unreadInside(value: unknown): readonly Unavailable[] {
  if (typeof value !== 'object' || value === null) return []
  if (isUnavailable(value)) return value.reason === 'missing' ? [] : [value]
  return Object.values(value).flatMap(unreadInside)
}

const isUnavailable = (value: object): value is Unavailable => 'status' in value && value.status === 'unavailable'
