import { compareText } from '../../shared/text.ts'
import type { Snapshot } from './snapshot.ts'

/** Sorts the lists of a snapshot, so that the order of reading never affects a report. */
export const canonical = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  nodes: [...snapshot.nodes].sort(({ name: a }, { name: b }) => compareText(a, b)),
  // Sorting a list changes neither its type nor that of the record.
  cluster: Object.fromEntries(
    Object.entries(snapshot.cluster).map(([name, part]) => [
      name,
      part.status === 'ok' && Array.isArray(part.value) ? { ...part, value: sorted(part.value) } : part,
    ]),
  ) as Snapshot['cluster'],
})

function sorted(items: readonly unknown[]): readonly unknown[] {
  const keyed = items.map(item => ({ item, key: keyOf(item) }))
  keyed.sort((a, b) => compareText(a.key, b.key) || compareText(JSON.stringify(a.item), JSON.stringify(b.item)))
  return keyed.map(({ item }) => item)
}

function keyOf(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item)
  const name = 'name' in item ? item.name : undefined
  const namespace = 'namespace' in item ? item.namespace : undefined
  return typeof name === 'string' ? `${typeof namespace === 'string' ? namespace : ''}/${name}` : JSON.stringify(item)
}
