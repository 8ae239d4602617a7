import { oneLine } from '../../shared/text.ts'
import type { Oddity } from '../model/odd-one-out.ts'
import { renderTable } from './table.ts'

const mostRows = 20

/** Renders facts in which few nodes differ from most similar nodes, one per line; empty when there are none. */
export function renderOddities(oddities: readonly Oddity[]): string {
  if (oddities.length === 0) return ''
  const rows = oddities
    .slice(0, mostRows)
    .map(({ node, fact, value, usual, share }) =>
      [node, fact, value, `${usual} (${share.usual} of ${share.known})`].map(cell => oneLine(cell, 60)),
    )
  const more = oddities.length - rows.length
  const table = renderTable(['NODE', 'DIFFERS IN', 'HAS', 'MOST NODES LIKE IT HAVE'], rows)
  return `\n${table}${more > 0 ? `and ${more} more: -o json has all\n` : ''}`
}
